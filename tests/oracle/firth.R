# Firth-penalised Cox by brute force: the log partial likelihood and information at given
# coefficients are survival's own (coxph with no iterations), the rest is general optimisation.
# Usage: Rscript firth.R FOLDER OUT.json
library(survival)
arguments <- commandArgs(trailingOnly = TRUE)
source(file.path(arguments[1], "write_json.R"))
d <- read.csv(file.path(arguments[1], "data", "veteran.csv"))
out <- list()

penalised <- function(beta, time, status, x) {
  fit <- suppressWarnings(coxph(Surv(time, status) ~ x, init = beta, ties = "efron",
    control = coxph.control(iter.max = 0)))
  fit$loglik[2] - 0.5 * as.numeric(determinant(fit$var)$modulus)
}
maximise <- function(f, start) {
  if (length(start) == 1) return(optimize(f, start + c(-20, 20), maximum = TRUE, tol = 1e-12)$objective)
  best <- start
  for (k in 1:4) {
    best <- optim(best, f, method = "BFGS", control = list(fnscale = -1, reltol = 1e-16, maxit = 1000))$par
  }
  best
}
study <- function(name, time, status, x) {
  scale <- apply(x, 2, sd)
  z <- scale(x)
  f <- function(b) penalised(b, time, status, z)
  beta <- maximise(f, rep(0, ncol(z)))
  top <- f(beta)
  profile <- function(value, j) {
    g <- function(rest) f(append(rest, value, after = j - 1))
    if (ncol(z) == 2) {
      optimize(g, beta[-j] + c(-10, 10), maximum = TRUE, tol = 1e-12)$objective
    } else {
      g(maximise(g, beta[-j]))
    }
  }
  drop <- qchisq(0.95, 1) / 2
  for (j in seq_along(beta)) {
    h <- function(value) profile(value, j) - (top - drop)
    low <- uniroot(h, c(beta[j] - 12, beta[j]), tol = 1e-11)$root
    high <- uniroot(h, c(beta[j], beta[j] + 12), tol = 1e-11)$root
    out[[sprintf("%s.%d.hr", name, j)]] <<- exp(beta[j] / scale[j])
    out[[sprintf("%s.%d.lower", name, j)]] <<- exp(low / scale[j])
    out[[sprintf("%s.%d.upper", name, j)]] <<- exp(high / scale[j])
    out[[sprintf("%s.%d.p", name, j)]] <<- pchisq(2 * (top - profile(0, j)), 1, lower.tail = FALSE)
  }
}
# Few events, tied times: the first 40 patients, followed for at most 30 days.
few <- d[1:40, ]
few$status <- ifelse(few$time > 30, 0, few$status)
few$time <- pmin(few$time, 30)
study("few", few$time / 365.25, few$status,
  cbind(small = as.numeric(few$celltype == "smallcell"), karno = few$karno))
# Separation: nobody in one group has the event.
apart <- few
apart$group <- as.numeric(apart$karno >= 60)
apart$status <- ifelse(apart$group == 1, 0, apart$status)
study("apart", apart$time / 365.25, apart$status, cbind(group = apart$group, age = apart$age))
write_json(out, arguments[2])
