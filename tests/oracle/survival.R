# Kaplan-Meier, log-rank, Cox, proportional hazards and Aalen-Johansen by R's survival, on its own
# data sets lung, veteran and pbc. Usage: Rscript survival.R FOLDER OUT.json [data]
# With a third argument the data sets are written to FOLDER/data first.
library(survival)
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
source(file.path(folder, "write_json.R"))
if (length(arguments) > 2) {
  save <- function(d, name) {
    write.csv(d, file.path(folder, "data", name), row.names = FALSE, na = "")
  }
  save(lung[, c("time", "status", "age", "sex", "ph.ecog", "wt.loss")], "lung.csv")
  save(veteran[, c("time", "status", "trt", "celltype", "karno", "age")], "veteran.csv")
  save(pbc[, c("time", "status", "trt", "age", "sex", "edema", "bili")], "pbc.csv")
}
read <- function(name) read.csv(file.path(folder, "data", name))
# coxph's own tolerance, 1e-9 of the log likelihood, leaves 7 digits of a ratio.
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 50)
out <- list()
put <- function(name, value) out[[name]] <<- unname(value)

# lung: groups are the sexes
d <- read("lung.csv")
d$years <- d$time / 365.25
d$dead <- d$status == 2
for (g in 1:2) {
  fit <- survfit(Surv(years, dead) ~ 1, data = d[d$sex == g, ], conf.type = "log")
  for (t in c(1, 2)) {
    s <- summary(fit, times = t)
    put(sprintf("lung.km.%d.%d.value", g, t), s$surv)
    put(sprintf("lung.km.%d.%d.lower", g, t), s$lower)
    put(sprintf("lung.km.%d.%d.upper", g, t), s$upper)
    put(sprintf("lung.km.%d.%d.n", g, t), s$n.risk)
    put(sprintf("lung.km.%d.%d.events", g, t), sum(fit$n.event[fit$time <= t]))
  }
  back <- quantile(survfit(Surv(years, !dead) ~ 1, data = d[d$sex == g, ]), 0.5)
  put(sprintf("lung.followup.%d.value", g), back$quantile)
  put(sprintf("lung.followup.%d.lower", g), back$lower)
  put(sprintf("lung.followup.%d.upper", g), back$upper)
  events <- sum(d$dead[d$sex == g]); years <- sum(d$years[d$sex == g])
  rate <- poisson.test(events, years)
  put(sprintf("lung.rate.%d.value", g), 100 * rate$estimate)
  put(sprintf("lung.rate.%d.lower", g), 100 * rate$conf.int[1])
  put(sprintf("lung.rate.%d.upper", g), 100 * rate$conf.int[2])
  share <- prop.test(events, sum(d$sex == g), correct = FALSE)
  put(sprintf("lung.percent.%d.lower", g), 100 * share$conf.int[1])
  put(sprintf("lung.percent.%d.upper", g), 100 * share$conf.int[2])
}
test <- survdiff(Surv(years, dead) ~ sex, data = d)
put("lung.logrank.chisq", test$chisq)
put("lung.logrank.p", pchisq(test$chisq, 1, lower.tail = FALSE))
put("lung.logrank.expected.1", test$exp[1])
put("lung.logrank.expected.2", test$exp[2])

put_hr <- function(name, fit, columns) {
  s <- summary(fit)
  for (k in seq_along(columns)) {
    put(sprintf("%s.%s.hr", name, columns[k]), s$conf.int[k, 1])
    put(sprintf("%s.%s.lower", name, columns[k]), s$conf.int[k, 3])
    put(sprintf("%s.%s.upper", name, columns[k]), s$conf.int[k, 4])
    put(sprintf("%s.%s.p", name, columns[k]), s$coefficients[k, 5])
  }
}
put_cox <- function(name, fit, columns) {
  put_hr(name, fit, columns)
  ph <- cox.zph(fit, transform = "km", terms = FALSE)$table
  for (k in seq_along(columns)) put(sprintf("%s.%s.zph", name, columns[k]), ph[k, 3])
  put(sprintf("%s.zph.global", name), ph["GLOBAL", 3])
}
put_hr("lung.crude",
  coxph(Surv(years, dead) ~ factor(sex), data = d, ties = "efron", control = tight), "sex")
put_cox("lung.cox",
  coxph(Surv(years, dead) ~ factor(sex) + age + ph.ecog, data = d, ties = "efron",
    control = tight), c("sex", "age", "ecog"))

# veteran: four cell types, tied times
d <- read("veteran.csv")
d$years <- d$time / 365.25
d$celltype <- factor(d$celltype, levels = c("squamous", "smallcell", "adeno", "large"))
test <- survdiff(Surv(years, status) ~ celltype, data = d)
put("veteran.logrank.chisq", test$chisq)
put("veteran.logrank.p", pchisq(test$chisq, 3, lower.tail = FALSE))
put_cox("veteran.cox",
  coxph(Surv(years, status) ~ celltype + factor(trt) + karno + age, data = d, ties = "efron",
    control = tight), c("smallcell", "adeno", "large", "trt", "karno", "age"))

# pbc: transplant (1) is the outcome, death (2) competes; groups are the two treatments
d <- read("pbc.csv")
d <- d[!is.na(d$trt), ]
d$years <- d$time / 365.25
d$state <- factor(d$status, 0:2, c("censored", "transplant", "death"))
for (g in 1:2) {
  fit <- survfit(Surv(years, state) ~ 1, data = d[d$trt == g, ], conf.type = "log-log")
  for (t in c(3, 6)) {
    s <- summary(fit, times = t)
    put(sprintf("pbc.aj.%d.%d.value", g, t), s$pstate[1, 2])
    put(sprintf("pbc.aj.%d.%d.lower", g, t), s$lower[1, 2])
    put(sprintf("pbc.aj.%d.%d.upper", g, t), s$upper[1, 2])
  }
}

# Table 1 on pbc
put("pbc.age.p", wilcox.test(age ~ trt, data = d, exact = FALSE)$p.value)
put("pbc.sex.p", chisq.test(table(d$trt, d$sex), correct = FALSE)$p.value)
put("pbc.edema.p", chisq.test(table(d$trt, d$edema), correct = FALSE)$p.value)
put("pbc.age.q1", quantile(d$age[d$trt == 1], 0.25))
put("pbc.age.q3", quantile(d$age[d$trt == 1], 0.75))
m <- tapply(d$age, d$trt, mean); v <- tapply(d$age, d$trt, var)
put("pbc.age.smd", abs(m[1] - m[2]) / sqrt(mean(v)))
p <- prop.table(table(d$trt, d$sex), 1)[, "f"]
put("pbc.sex.smd", abs(p[1] - p[2]) / sqrt(mean(p * (1 - p))))
q <- prop.table(table(d$trt, d$edema), 1)[, -1]  # three levels: Mahalanobis distance
spread <- function(p) diag(p) - outer(p, p)
gap <- q[1, ] - q[2, ]
put("pbc.edema.smd", sqrt(drop(gap %*% solve((spread(q[1, ]) + spread(q[2, ])) / 2, gap))))
put("fisher.p", fisher.test(matrix(c(5, 97, 10, 20), 2))$p.value)
v <- read("veteran.csv")
put("veteran.karno.p", kruskal.test(karno ~ celltype, data = v)$p.value)
write_json(out, arguments[2])
