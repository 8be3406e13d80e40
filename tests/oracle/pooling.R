# Pooling by metafor. Usage: Rscript pooling.R FOLDER OUT.json
# The GLMM of metafor is lme4's, whose search ends at about the sixth digit and which has at most 25
# nodes; `exact.` is the same likelihood by R's integrate, its maximum polished to the last digits.
suppressMessages(library(metafor))
arguments <- commandArgs(trailingOnly = TRUE)
source(file.path(arguments[1], "write_json.R"))
every <- read.csv(file.path(arguments[1], "data", "pooling.csv"))
out <- list()
put <- function(name, value) out[[name]] <<- as.numeric(value)

models <- function(name, d) {
  for (method in c("DL", "PM", "REML")) {
    tight <- list(threshold = 1e-12, tol = 1e-12, maxiter = 10000)
    fit <- rma(d$yi, d$vi, method = method, test = if (nrow(d) > 1) "knha" else "z", control = tight)
    at <- paste0(name, ".", method)
    put(paste0(at, ".y"), fit$beta)
    put(paste0(at, ".se"), fit$se)
    put(paste0(at, ".lower"), fit$ci.lb)
    put(paste0(at, ".upper"), fit$ci.ub)
    put(paste0(at, ".tau2"), if (fit$tau2 < 1e-10) 0 else fit$tau2)
    if (nrow(d) < 2) next
    put(paste0(at, ".i2"), if (fit$tau2 < 1e-10) 0 else fit$I2)  # its search ends near, not at, 0
    floor <- rma(d$yi, d$vi, method = method, test = "adhoc", control = tight)
    put(paste0(at, ".floor.se"), floor$se)
    if (nrow(d) > 2) {
      new <- predict(fit)
      put(paste0(at, ".pi.lower"), new$pi.lb)
      put(paste0(at, ".pi.upper"), new$pi.ub)
    }
    limits <- confint(fit, control = list(tol = 1e-12, maxiter = 10000, tau2.max = 1e4))$random
    put(paste0(at, ".tau2.lower"), limits["tau^2", "ci.lb"])
    put(paste0(at, ".tau2.upper"), limits["tau^2", "ci.ub"])
    put(paste0(at, ".i2.lower"), limits["I^2(%)", "ci.lb"])
    put(paste0(at, ".i2.upper"), limits["I^2(%)", "ci.ub"])
  }
  if (nrow(d) < 2) return()
  fixed <- rma(d$yi, d$vi, method = "FE")
  put(paste0(name, ".common.y"), fixed$beta)
  put(paste0(name, ".common.se"), fixed$se)
  put(paste0(name, ".q"), fixed$QE)
  put(paste0(name, ".q.p"), fixed$QEp)
  if (nrow(d) < 3) return()
  fit <- rma(d$yi, d$vi, method = "REML", test = "knha", control = tight)
  one <- leave1out(fit)
  for (i in seq_len(nrow(d))) {
    put(paste0(name, ".without.", i), one$estimate[i])
    put(paste0(name, ".without.", i, ".se"), one$se[i])
  }
  steps <- cumul(fit)
  for (i in 2:nrow(d)) {
    put(paste0(name, ".upto.", i), steps$estimate[i])
    put(paste0(name, ".upto.", i, ".se"), steps$se[i])
  }
}

log_likelihood <- function(theta, x, n, binomial) {
  mean <- theta[1]; tau <- theta[2]
  one <- function(x, n) {
    f <- function(u) {
      eta <- mean + tau * u
      if (binomial) dbinom(x, n, plogis(eta), log = TRUE) + dnorm(u, log = TRUE)
      else dpois(x, n * exp(eta), log = TRUE) + dnorm(u, log = TRUE)
    }
    top <- optimize(f, c(-12, 12), maximum = TRUE, tol = 1e-10)
    area <- function(from, to) integrate(function(u) exp(f(u) - top$objective), from, to,
                                         rel.tol = 1e-13, abs.tol = 0, subdivisions = 1000)$value
    log(area(top$maximum - 9, top$maximum) + area(top$maximum, top$maximum + 9)) + top$objective
  }
  sum(mapply(one, x, n))
}

glmm <- function(name, x, n, binomial) {
  arguments <- if (binomial) list(measure = "PLO", xi = x, ni = n)
               else list(measure = "IRLN", xi = x, ti = n)
  fit <- do.call(rma.glmm, c(arguments, list(test = "t", nAGQ = 25)))
  put(paste0(name, ".y"), fit$beta)
  put(paste0(name, ".se"), fit$se)
  put(paste0(name, ".tau2"), fit$tau2)
  put(paste0(name, ".lr"), fit$QE.LRT)
  put(paste0(name, ".lr.p"), fit$QEp.LRT)
  if (fit$tau2 < 1e-6) return()
  f <- function(theta) log_likelihood(theta, x, n, binomial)
  theta <- polish(c(fit$beta, sqrt(fit$tau2)), f)
  far <- list(d = 0.01, eps = 0.01, r = 6)
  variance <- solve(-numDeriv::hessian(f, theta, method.args = far))
  put(paste0(name, ".exact.y"), theta[1])
  put(paste0(name, ".exact.tau"), theta[2])
  put(paste0(name, ".exact.se"), sqrt(variance[1, 1]))
  reach <- qt(0.975, length(x) - 1)
  put(paste0(name, ".exact.lower"), theta[1] - reach * sqrt(variance[1, 1]))
  put(paste0(name, ".exact.pi.upper"), theta[1] + reach * sqrt(variance[1, 1] + theta[2]^2))
}

for (name in c("loss", "alike", "rare", "two", "full")) {
  d <- every[every$case == name, ]
  models(paste0(name, ".logit"), escalc(measure = "PLO", xi = events, ni = n, data = d))
  models(paste0(name, ".log"), escalc(measure = "IRLN", xi = events, ti = person_years, data = d))
  glmm(paste0(name, ".binomial"), d$events, d$n, TRUE)
  glmm(paste0(name, ".poisson"), d$events, d$person_years, FALSE)
}
one <- every[every$case == "loss" & every$study == 2, ]
models("one.logit", escalc(measure = "PLO", xi = events, ni = n, data = one))
for (name in c("bcg", "empty", "ratios")) {
  d <- every[every$case == name, ]
  for (measure in c("OR", "RR", "RD")) {
    e <- escalc(measure = measure, ai = events, n1i = n, ci = events_2, n2i = n_2, data = d)
    at <- paste0(name, ".", tolower(measure))
    models(at, e)
    mh <- rma.mh(measure = measure, ai = events, n1i = n, ci = events_2, n2i = n_2, data = d,
                 add = 0, correct = FALSE)
    put(paste0(at, ".mh.y"), mh$beta)
    put(paste0(at, ".mh.se"), mh$se)
  }
}
write_json(out, arguments[2])
