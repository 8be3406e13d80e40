# Stratified tests, restricted means, Cox with delayed entry, time-varying covariates, strata,
# weights and clusters, cause-specific and Fine-Gray regression, parametric regression of windows:
# survival and cmprsk, on survival's own data sets.
# Usage: Rscript regression.R FOLDER OUT.json [data]
# With a third argument the data sets are written to FOLDER/data first.
library(survival)
library(cmprsk)
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
source(file.path(folder, "write_json.R"))
if (length(arguments) > 2) {
  save <- function(d, name) {
    write.csv(d, file.path(folder, "data", name), row.names = FALSE, na = "")
  }
  columns <- c("id", "start", "stop", "event", "age", "year", "surgery", "transplant")
  save(heart[, columns], "heart.csv")
  columns <- c("id", "tstart", "tstop", "status", "treat", "age", "steroids", "hos.cat")
  save(cgd[, columns], "cgd.csv")
  m <- mgus2[!is.na(mgus2$mspike), ]
  m$months <- ifelse(m$pstat == 0, m$futime, m$ptime)
  m$cause <- ifelse(m$pstat == 0, 2 * m$death, 1)  # 1 malignancy, 2 death
  save(m[, c("months", "cause", "age", "sex", "mspike")], "mgus2.csv")
  save(ovarian[, c("futime", "fustat", "age", "rx")], "ovarian.csv")
}
read <- function(name) read.csv(file.path(folder, "data", name))
# coxph's own tolerance, 1e-9 of the log likelihood, leaves 7 digits of a ratio.
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 50)
out <- list()
put <- function(name, value) out[[name]] <<- unname(value)
put_fit <- function(name, beta, se, columns) {
  for (k in seq_along(columns)) {
    put(sprintf("%s.%s.coef", name, columns[k]), beta[k])
    put(sprintf("%s.%s.se", name, columns[k]), se[k])
    put(sprintf("%s.%s.p", name, columns[k]), pchisq((beta[k] / se[k])^2, 1, lower.tail = FALSE))
  }
}
put_cox <- function(name, fit, columns) put_fit(name, coef(fit), sqrt(diag(vcov(fit))), columns)
put_hr <- function(name, fit, columns) {
  s <- summary(fit)
  for (k in seq_along(columns)) {
    put(sprintf("%s.%s.value", name, columns[k]), s$conf.int[k, 1])
    put(sprintf("%s.%s.lower", name, columns[k]), s$conf.int[k, 3])
    put(sprintf("%s.%s.upper", name, columns[k]), s$conf.int[k, 4])
    put(sprintf("%s.%s.p", name, columns[k]), s$coefficients[k, "Pr(>|z|)"])
  }
}

# Restricted means: lung by sex, to 1 and 2 years
d <- read("lung.csv")
d$years <- d$time / 365.25
d$dead <- d$status == 2
for (t in c(1, 2)) {
  m <- s <- numeric(2)
  for (g in 1:2) {
    fit <- survfit(Surv(years, dead) ~ 1, data = d[d$sex == g, ])
    table <- summary(fit, rmean = t)$table
    m[g] <- table["rmean"]; s[g] <- table["se(rmean)"]
    put(sprintf("rmst.%d.%d.value", g, t), m[g])
    put(sprintf("rmst.%d.%d.lower", g, t), m[g] - qnorm(0.975) * s[g])
    put(sprintf("rmst.%d.%d.upper", g, t), m[g] + qnorm(0.975) * s[g])
  }
  gap <- m[2] - m[1]; wide <- sqrt(sum(s^2))
  put(sprintf("rmst.difference.%d.value", t), gap)
  put(sprintf("rmst.difference.%d.lower", t), gap - qnorm(0.975) * wide)
  put(sprintf("rmst.difference.%d.upper", t), gap + qnorm(0.975) * wide)
  put(sprintf("rmst.p.%d", t), pchisq((gap / wide)^2, 1, lower.tail = FALSE))
  wide <- sqrt(sum((s / m)^2))
  put(sprintf("rmst.ratio.%d.value", t), m[2] / m[1])
  put(sprintf("rmst.ratio.%d.lower", t), m[2] / m[1] * exp(-qnorm(0.975) * wide))
  put(sprintf("rmst.ratio.%d.upper", t), m[2] / m[1] * exp(qnorm(0.975) * wide))
}

# Strata: veteran by cell type
d <- read("veteran.csv")
d$years <- d$time / 365.25
test <- survdiff(Surv(years, status) ~ trt + strata(celltype), data = d)
put("strata.logrank.chisq", test$chisq)
put("strata.logrank.p", pchisq(test$chisq, 1, lower.tail = FALSE))
put_hr("strata.crude", coxph(Surv(years, status) ~ factor(trt) + strata(celltype), data = d,
  ties = "efron", control = tight), "trt")
put_hr("strata.adjusted", coxph(Surv(years, status) ~ factor(trt) + karno + age + strata(celltype),
  data = d, ties = "efron", control = tight), c("trt", "karno", "age"))
# Case weights (any positive numbers; here from the age) with the robust variance, strata and ties
for (ties in c("efron", "breslow")) {
  fit <- coxph(Surv(time, status) ~ karno + age + strata(celltype), data = d, weights = age / 50,
    robust = TRUE, ties = ties, control = tight)
  put_cox(sprintf("weighted.%s", ties), fit, c("karno", "age"))
  put(sprintf("weighted.%s.karno.naive", ties), sqrt(fit$naive.var[1, 1]))
}

# Delayed entry and time-varying covariates: heart; clusters: persons of several rows
d <- read("heart.csv")
columns <- c("age", "year", "surgery", "transplant")
varying <- Surv(start, stop, event) ~ age + year + surgery + transplant
put_cox("heart", coxph(varying, data = d, ties = "efron", control = tight), columns)
put_cox("heart.cluster", coxph(varying, data = d, cluster = id, ties = "efron", control = tight),
  columns)
# survdiff takes no delayed entry; the score test with exact ties is the log-rank test
fit <- coxph(Surv(start, stop, event) ~ surgery, data = d, ties = "exact", control = tight)
put("heart.logrank.chisq", fit$score)
# Delayed entry alone: mgus2, age as the time scale, ties
d <- read("mgus2.csv")
d$cause[is.na(d$cause)] <- 0
d$entry <- d$age
d$exit <- d$age + d$months / 12
d$male <- as.numeric(d$sex == "M")
fit <- coxph(Surv(entry, exit, cause == 2) ~ male + mspike, data = d[d$months > 0, ],
  ties = "efron", control = tight)
put_cox("mgus2.entry", fit, c("male", "mspike"))
# Recurrent events (Andersen & Gill), strata and clusters: cgd
d <- read("cgd.csv")
d$treated <- as.numeric(d$treat == "rIFN-g")
fit <- coxph(Surv(tstart, tstop, status) ~ treated + age + steroids + strata(hos.cat), data = d,
  cluster = id, ties = "efron", control = tight)
put_cox("cgd", fit, c("treated", "age", "steroids"))

# Fine-Gray: mgus2 (months, many ties) for both causes, and pbc
d <- read("mgus2.csv")
x <- cbind(d$age, as.numeric(d$sex == "M"), d$mspike)
for (k in 1:2) {
  fit <- crr(d$months, d$cause, x, failcode = k, gtol = 1e-13, maxiter = 100)
  put_fit(sprintf("finegray.%d", k), fit$coef, sqrt(diag(fit$var)), c("age", "male", "mspike"))
}
d <- read("pbc.csv")
d <- d[!is.na(d$trt), ]
d$years <- d$time / 365.25
x <- cbind(trt = d$trt == 2, age = d$age, female = d$sex == "f")
columns <- c("trt", "age", "female")
fit <- crr(d$years, d$status, x, gtol = 1e-13, maxiter = 100)
se <- sqrt(diag(fit$var))
for (k in 1:3) {
  put(sprintf("pbc.finegray.%s.value", columns[k]), exp(fit$coef[k]))
  put(sprintf("pbc.finegray.%s.lower", columns[k]), exp(fit$coef[k] - qnorm(0.975) * se[k]))
  put(sprintf("pbc.finegray.%s.upper", columns[k]), exp(fit$coef[k] + qnorm(0.975) * se[k]))
}
# The same coefficients by weighted Cox regression on expanded rows, where no times are tied
d <- d[!duplicated(d$time), ]
d$state <- factor(d$status, 0:2, c("censored", "transplant", "death"))
rows <- finegray(Surv(time, state) ~ ., data = d[, c("time", "state", "age", "trt")],
  etype = "death")
fit <- coxph(Surv(fgstart, fgstop, fgstatus) ~ age + trt, data = rows, weights = fgwt,
  ties = "breslow", control = tight)
put("untied.finegray.age.coef", coef(fit)["age"])
put("untied.finegray.trt.coef", coef(fit)["trt"])
# Cause-specific: pbc
d <- read("pbc.csv")
d <- d[!is.na(d$trt), ]
d$years <- d$time / 365.25
for (k in 1:2) {
  fit <- coxph(Surv(years, status == k) ~ factor(trt) + age + factor(sex, c("m", "f")), data = d,
    ties = "efron", control = tight)
  put_hr(sprintf("pbc.cause.%d", k), fit, columns)
}

# Parametric regression of windows, and of exact times
exactly <- survreg.control(rel.tolerance = 1e-14, maxiter = 200)
d <- read.csv(file.path(folder, "data", "interval.csv"), na.strings = "")
d$upper <- as.numeric(d$upper)
d$ifn <- as.numeric(d$group == "IFN")
d$right <- ifelse(is.finite(d$upper), d$upper, NA)
d$left <- ifelse(d$lower == 0, NA, d$lower)
d <- d[!(is.na(d$left) & is.na(d$right)), ]
for (kind in c("weibull", "lognormal", "loglogistic")) {
  fit <- survreg(Surv(left, right, type = "interval2") ~ ifn + age, data = d, dist = kind,
    control = exactly)
  se <- sqrt(diag(vcov(fit)))
  for (k in c("ifn", "age")) {
    put(sprintf("aft.%s.%s.value", kind, k), exp(coef(fit)[k]))
    put(sprintf("aft.%s.%s.lower", kind, k), exp(coef(fit)[k] - qnorm(0.975) * se[k]))
    put(sprintf("aft.%s.%s.upper", kind, k), exp(coef(fit)[k] + qnorm(0.975) * se[k]))
  }
  put(sprintf("aft.%s.aic", kind), AIC(fit))
  if (kind == "weibull") {
    h <- -coef(fit)["ifn"] / fit$scale
    slope <- c(0, -1 / fit$scale, 0, -h)
    wide <- qnorm(0.975) * sqrt(drop(slope %*% vcov(fit) %*% slope))
    put("aft.weibull.hazard.value", exp(h))
    put("aft.weibull.hazard.lower", exp(h - wide))
    put("aft.weibull.hazard.upper", exp(h + wide))
  }
}
d <- read("ovarian.csv")
fit <- survreg(Surv(futime, fustat) ~ age + rx, data = d, dist = "weibull", control = exactly)
put_fit("ovarian", coef(fit)[-1], sqrt(diag(vcov(fit)))[2:3], c("age", "rx"))
put("ovarian.scale", fit$scale)
put("ovarian.loglik", fit$loglik[2])
write_json(out, arguments[2])
