# Repeated measures: GEE, mixed models, also with values beyond a limit, analysis of variance.
# Usage: Rscript longitudinal.R FOLDER OUT.json
suppressMessages({ library(geepack); library(nlme); library(survival) })
arguments <- commandArgs(trailingOnly = TRUE)
source(file.path(arguments[1], "write_json.R"))
read <- function(name) read.csv(file.path(arguments[1], "data", name))
out <- list()
keep <- function(name, b, se) for (j in seq_along(b)) {
  out[[sprintf("%s.%d.b", name, j - 1)]] <<- b[[j]]
  out[[sprintf("%s.%d.se", name, j - 1)]] <<- se[[j]]
}
gee <- function(name, formula, d, id, waves, family, structure) {
  d$.id <- id; d$.waves <- waves
  fit <- geeglm(formula, id = .id, waves = .waves, data = d, family = family, corstr = structure,
    control = geese.control(epsilon = 1e-13, maxit = 500))
  s <- coef(summary(fit))
  keep(name, s[, 1], s[, 2])
  out[[paste0(name, ".alpha")]] <<- if (structure == "independence") 0 else fit$geese$alpha[[1]]
  out[[paste0(name, ".scale")]] <<- fit$geese$gamma[[1]]
}
r <- read("respiratory.csv")
r <- r[order(r$center, r$id, r$visit), ]
r <- r[seq_len(nrow(r)) %% 7 != 0, ]  # gaps: some visits missed
who <- as.integer(factor(paste(r$center, r$id), levels = unique(paste(r$center, r$id))))
for (structure in c("independence", "exchangeable", "ar1")) {
  gee(paste0("respiratory.", structure), outcome ~ I(treat == "P") + age + baseline, r, who, r$visit, binomial, structure)
}
o <- read("ohio.csv")
gee("ohio.exchangeable", resp ~ age + smoke, o, o$id, o$age, binomial, "exchangeable")
e <- read("epil.csv")
gee("epil.exchangeable", y ~ I(trt == "progabide") + log(base / 4) + age, e, e$subject, e$period, poisson, "exchangeable")
s <- read("sleepstudy.csv")
gee("sleep.ar1", Reaction ~ Days, s, s$Subject, s$Days, gaussian, "ar1")

# Restricted likelihood of a mixed model, written out and given to an optimiser.
reml <- function(name, y, x, z, who, start) {
  q <- ncol(z); parts <- split(seq_along(y), who)
  fit <- function(theta) {
    l <- matrix(0, q, q); l[lower.tri(l, TRUE)] <- theta
    xx <- 0; xy <- 0; yy <- 0; ld <- 0
    for (i in parts) {
      v <- diag(length(i)) + z[i, , drop = FALSE] %*% l %*% t(l) %*% t(z[i, , drop = FALSE])
      w <- solve(v); ld <- ld + as.numeric(determinant(v)$modulus)
      xx <- xx + t(x[i, ]) %*% w %*% x[i, ]; xy <- xy + t(x[i, ]) %*% w %*% y[i]
      yy <- yy + drop(t(y[i]) %*% w %*% y[i])
    }
    b <- solve(xx, xy); df <- length(y) - ncol(x); s2 <- (yy - sum(xy * b)) / df
    list(b = b, se = sqrt(s2 * diag(solve(xx))), s2 = s2, g = s2 * l %*% t(l),
      ll = -0.5 * (ld + as.numeric(determinant(xx)$modulus) + df * (1 + log(2 * pi * s2))))
  }
  theta <- start
  for (k in 1:4) theta <- optim(theta, function(t) -fit(t)$ll, method = "BFGS",
    control = list(reltol = 1e-17, ndeps = rep(1e-5, length(theta))))$par
  f <- fit(polish(theta, function(t) fit(t)$ll))
  keep(name, f$b, f$se)
  out[[paste0(name, ".residual")]] <<- f$s2
  out[[paste0(name, ".loglik")]] <<- f$ll
  for (i in 1:q) for (j in 1:i) out[[sprintf("%s.g%d%d", name, i, j)]] <<- f$g[i, j]
}
x <- cbind(1, s$Days)
reml("sleep.intercept", s$Reaction, x, x[, 1, drop = FALSE], s$Subject, 1)
reml("sleep.slope", s$Reaction, x, x, s$Subject, c(1, 0, 0.2))
ortho <- read("orthodont.csv")
ortho <- ortho[seq_len(nrow(ortho)) %% 9 != 0, ]  # gaps
female <- as.numeric(ortho$Sex == "Female"); age <- ortho$age - 11
x <- cbind(1, age, female, age * female)
reml("ortho.intercept", ortho$distance, x, x[, 1, drop = FALSE], ortho$Subject, 1)
reml("ortho.slope", ortho$distance, x, x[, 1:2], ortho$Subject, c(1, 0, 0.2))
# The same by lme, which stops earlier.
fit <- lme(distance ~ a * f, random = ~ 1 | Subject, data.frame(distance = ortho$distance, a = age, f = female, Subject = ortho$Subject))
keep("lme", fixef(fit), sqrt(diag(vcov(fit))))
out[["lme.loglik"]] <- as.numeric(logLik(fit))

# Values at or below 21 and at or above 28 are known only to lie there.
ortho <- read("orthodont.csv")
female <- as.numeric(ortho$Sex == "Female"); age <- ortho$age - 11
low <- ifelse(ortho$distance <= 21, NA, pmin(ortho$distance, 28))
high <- ifelse(ortho$distance >= 28, NA, pmax(ortho$distance, 21))
fit <- survreg(Surv(low, high, type = "interval2") ~ age + female, dist = "gaussian",
  control = survreg.control(rel.tolerance = 1e-14, maxiter = 100))
keep("tobit", coef(fit), sqrt(diag(vcov(fit)))[1:3])
out[["tobit.sd"]] <- fit$scale
out[["tobit.loglik"]] <- fit$loglik[2]
# The random intercept is integrated out by the trapezium rule on 801 points.
grid <- seq(-8, 8, by = 0.02)
tobit_ll <- function(t) {
  eta <- t[1] + t[2] * age + t[3] * female
  at <- outer(eta, exp(t[5]) * grid, "+"); sd <- exp(t[4])
  each <- dnorm(ortho$distance, at, sd, log = TRUE)
  each[is.na(low), ] <- pnorm(21, at[is.na(low), ], sd, log.p = TRUE)
  each[is.na(high), ] <- pnorm(28, at[is.na(high), ], sd, lower.tail = FALSE, log.p = TRUE)
  sum(log(exp(rowsum(each, ortho$Subject)) %*% (dnorm(grid) * 0.02)))
}
theta <- c(coef(fit), log(1.2), log(1.9))
for (k in 1:4) theta <- optim(theta, function(t) -tobit_ll(t), method = "BFGS",
  control = list(reltol = 1e-17, ndeps = rep(1e-5, 5)))$par
theta <- polish(theta, tobit_ll)
keep("tobitmixed", theta[1:3], sqrt(diag(solve(-numDeriv::hessian(tobit_ll, theta))))[1:3])
out[["tobitmixed.within"]] <- exp(theta[[4]])
out[["tobitmixed.between"]] <- exp(theta[[5]])
out[["tobitmixed.loglik"]] <- tobit_ll(theta)

wide <- reshape(ortho[, c("distance", "age", "Subject", "Sex")], idvar = c("Subject", "Sex"), timevar = "age", direction = "wide")
a <- summary(aov(distance ~ Sex * factor(age) + Error(Subject), ortho))
between <- a[[1]][[1]]; within <- a[[2]][[1]]
corrected <- anova(lm(as.matrix(wide[, 3:6]) ~ Sex, wide), X = ~1, test = "Spherical")
lines <- list(group = between[1, ], time = within[1, ], interaction = within[2, ])
for (name in names(lines)) {
  out[[sprintf("anova.%s.f", name)]] <- lines[[name]][["F value"]]
  out[[sprintf("anova.%s.p", name)]] <- lines[[name]][["Pr(>F)"]]
}
out[["anova.time.gg"]] <- corrected[["G-G Pr"]][1]
out[["anova.interaction.gg"]] <- corrected[["G-G Pr"]][2]
write_json(out, arguments[2])
