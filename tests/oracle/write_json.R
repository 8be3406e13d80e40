# A flat list of named numbers as JSON with 17 significant digits (all a double holds).
write_json <- function(values, path) {
  numbers <- ifelse(is.na(unlist(values)), "null", sprintf("%.17g", unlist(values)))
  text <- sprintf('  "%s": %s', names(values), numbers)
  writeLines(c("{", paste(text, collapse = ",\n"), "}"), path)
}
# The maximum of f to the last digits: Newton's steps with Richardson's derivatives.
polish <- function(theta, f) {
  far <- list(d = 0.01, eps = 0.01, r = 6)  # steps long enough that rounding does not show
  hessian <- numDeriv::hessian(f, theta)
  for (k in 1:4) theta <- theta - drop(solve(hessian, numDeriv::grad(f, theta, method.args = far)))
  theta
}
