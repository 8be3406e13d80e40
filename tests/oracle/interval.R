# Interval-censored models. Exponential: survival's survreg(type = "interval2"). Piecewise
# exponential: general optimisation of the likelihood written with R's own survivor function.
# Usage: Rscript interval.R FOLDER OUT.json [data]
library(survival)
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
source(file.path(folder, "write_json.R"))
if (length(arguments) > 2) {
  set.seed(20230529)
  n <- 200
  group <- rep(c("NA", "IFN"), c(160, 40))
  age <- round(rnorm(n, 45, 10))
  hazard <- ifelse(group == "NA", 0.05, 0.30) * exp(0.02 * (age - 45))
  truth <- rexp(n, hazard)
  last <- runif(n, 0.3, 7)
  lower <- upper <- numeric(n)
  for (i in 1:n) {
    visits <- round(cumsum(rgamma(40, 4, 8)), 3)
    visits <- c(0, visits[visits < last[i]])
    k <- findInterval(truth[i], visits)
    lower[i] <- visits[k]
    upper[i] <- if (k < length(visits)) visits[k + 1] else Inf
  }
  write.csv(data.frame(group, age, lower, upper), file.path(folder, "data", "interval.csv"),
    row.names = FALSE, quote = FALSE)
}
d <- read.csv(file.path(folder, "data", "interval.csv"), na.strings = "")
d$upper <- as.numeric(d$upper)
d$ifn <- as.numeric(d$group == "IFN")
out <- list()
right <- ifelse(is.finite(d$upper), d$upper, NA)
left <- ifelse(d$lower == 0, NA, d$lower)  # survreg: NA at the left is left-censored
known <- !(is.na(left) & is.na(right))  # nothing at all is known of the others
fit <- survreg(Surv(left[known], right[known], type = "interval2") ~ ifn + age, data = d[known, ],
  dist = "exponential", control = survreg.control(rel.tolerance = 1e-14, maxiter = 100))
out[["exponential.ifn"]] <- exp(-coef(fit)["ifn"])
for (g in 0:1) {
  use <- known & d$ifn == g
  fit <- survreg(Surv(left[use], right[use], type = "interval2") ~ 1, dist = "exponential",
    control = survreg.control(rel.tolerance = 1e-14, maxiter = 100))
  h <- exp(-coef(fit)); se <- sqrt(vcov(fit)[1, 1])
  for (t in c(1, 3)) {
    out[[sprintf("exponential.%d.%d.value", g, t)]] <- exp(-h * t)
    out[[sprintf("exponential.%d.%d.lower", g, t)]] <- exp(-h * t * exp(qnorm(0.975) * se))
    out[[sprintf("exponential.%d.%d.upper", g, t)]] <- exp(-h * t * exp(-qnorm(0.975) * se))
  }
}
cuts <- 1  # years at which the hazard changes
spent <- function(t) {  # years in each piece by t, one row a person
  t <- ifelse(is.finite(t), t, 1)
  sapply(seq_along(c(cuts, Inf)), function(k) pmax(pmin(t, c(cuts, Inf)[k]) - c(0, cuts)[k], 0))
}
survivor <- function(t, h, ratio) {
  exp(-ratio * drop(matrix(spent(t), ncol = length(h)) %*% h)) * is.finite(t)
}
loglik <- function(theta, x, rows) {
  pieces <- seq_len(length(cuts) + 1)
  ratio <- if (ncol(x)) exp(drop(x %*% theta[-pieces])) else rep(1, nrow(x))
  h <- exp(theta[pieces])
  sum(log(survivor(d$lower[rows], h, ratio) - survivor(d$upper[rows], h, ratio)))
}
maximise <- function(f, start) {
  best <- start
  for (k in 1:5) {
    best <- optim(best, f, method = "BFGS", control = list(fnscale = -1, reltol = 1e-16, maxit = 2000))$par
  }
  best
}
model <- function(name, x) {
  rows <- seq_len(nrow(d))
  f <- function(theta) loglik(theta, x, rows)
  effect <- length(cuts) + 2
  theta <- maximise(f, c(rep(-3, length(cuts) + 1), rep(0, ncol(x))))
  top <- f(theta)
  profile <- function(value) {
    g <- function(rest) f(append(rest, value, after = effect - 1))
    g(maximise(g, theta[-effect]))
  }
  h <- function(value) 2 * (top - profile(value)) - qchisq(0.95, 1)
  out[[sprintf("%s.hr", name)]] <<- exp(theta[effect])
  out[[sprintf("%s.lower", name)]] <<- exp(uniroot(h, theta[effect] - c(3, 0), tol = 1e-11)$root)
  out[[sprintf("%s.upper", name)]] <<- exp(uniroot(h, theta[effect] + c(0, 3), tol = 1e-11)$root)
  out[[sprintf("%s.p", name)]] <<- pchisq(2 * (top - profile(0)), 1, lower.tail = FALSE)
}
by_group <- function(name) {
  for (g in 0:1) {
    rows <- which(d$ifn == g)
    x <- matrix(0, length(rows), 0)
    f <- function(theta) loglik(theta, x, rows)
    theta <- maximise(f, rep(-3, length(cuts) + 1))
    steps <- list(ndeps = rep(1e-4, length(theta)))
    variance <- solve(-optimHess(theta, f, control = steps))
    for (t in c(1, 3)) {
      slope <- exp(theta) * drop(spent(t))
      wide <- exp(qnorm(0.975) * sqrt(drop(slope %*% variance %*% slope)) / sum(slope))
      out[[sprintf("%s.%d.%d.value", name, g, t)]] <<- exp(-sum(slope))
      out[[sprintf("%s.%d.%d.lower", name, g, t)]] <<- exp(-sum(slope) * wide)
      out[[sprintf("%s.%d.%d.upper", name, g, t)]] <<- exp(-sum(slope) / wide)
    }
  }
}
age <- (d$age - mean(d$age)) / 10
for (cuts in list(1, c(1, 3))) {
  name <- sprintf("piecewise.%s", paste(cuts, collapse = "+"))
  model(sprintf("%s.crude", name), cbind(d$ifn))
  model(sprintf("%s.adjusted", name), cbind(d$ifn, age))
  by_group(name)
}
# Nonparametric: survfit's own Turnbull estimate, and the same self-consistency (EM) iteration run
# much longer, for survfit stops early. At these times no window of mass is open.
for (g in 0:1) {
  rows <- known & d$ifn == g
  at <- if (g == 0) c(1, 3) else 3
  s <- summary(survfit(Surv(left[rows], right[rows], type = "interval2") ~ 1), times = at)$surv
  l <- d$lower[d$ifn == g]; u <- d$upper[d$ifn == g]
  ends <- sort(unique(u))
  starts <- sapply(ends, function(e) max(l[l < e]))
  inner <- sapply(seq_along(ends), function(k) !any(ends > starts[k] & ends < ends[k]))
  starts <- starts[inner]; ends <- ends[inner]
  covers <- outer(l, starts, "<=") & outer(u, ends, ">=")
  mass <- rep(1 / length(ends), length(ends))
  for (k in 1:20000) mass <- mass * colMeans(covers / drop(covers %*% mass))
  for (k in seq_along(at)) {
    out[[sprintf("turnbull.%d.%d", g, at[k])]] <- s[k]
    out[[sprintf("npmle.%d.%d", g, at[k])]] <- 1 - sum(mass[ends <= at[k]])
  }
}
write_json(out, arguments[2])
