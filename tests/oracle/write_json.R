# A flat list of named numbers as JSON with 17 significant digits (all a double holds).
write_json <- function(values, path) {
  numbers <- ifelse(is.na(unlist(values)), "null", sprintf("%.17g", unlist(values)))
  text <- sprintf('  "%s": %s', names(values), numbers)
  writeLines(c("{", paste(text, collapse = ",\n"), "}"), path)
}
