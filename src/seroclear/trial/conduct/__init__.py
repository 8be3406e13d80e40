"""What happens to the participants: consent, visits, results, doses, events and the endpoint."""
