# Exact and mid-P limits, exact ratios, multiplicity, rank correlation and tests, E-values,
# negative controls. Usage: Rscript exact.R FOLDER OUT.json
arguments <- commandArgs(trailingOnly = TRUE)
source(file.path(arguments[1], "write_json.R"))
read <- function(name) read.csv(file.path(arguments[1], "data", name))
out <- list()
fine <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root
for (case in list(c(0, 501), c(5, 102), c(12, 12))) {
  k <- case[1]; n <- case[2]; name <- sprintf("share.%d.%d", k, n)
  limits <- binom.test(k, n)$conf.int
  out[[paste0(name, ".exact.lower")]] <- limits[1]
  out[[paste0(name, ".exact.upper")]] <- limits[2]
  more <- function(p) pbinom(k, n, p, lower.tail = FALSE) + dbinom(k, n, p) / 2 - 0.025
  less <- function(p) pbinom(k - 1, n, p) + dbinom(k, n, p) / 2 - 0.025
  out[[paste0(name, ".mid.lower")]] <- if (k == 0) 0 else fine(more, 0, 1)
  out[[paste0(name, ".mid.upper")]] <- if (k == n) 1 else fine(less, 0, 1)
}
# fisher.test stops its root-finding at 4 digits; the same equations, solved further.
tables <- list(full = c(5, 97, 10, 20), empty = c(0, 15, 6, 14))
for (name in names(tables)) {
  t <- matrix(tables[[name]], 2, byrow = TRUE)
  a <- t[1, 1]; m <- sum(t[, 1]); k <- sum(t[1, ]); n <- sum(t[, 2])
  cells <- max(0, k - n):min(k, m)
  chance <- function(z) { d <- dhyper(cells, m, n, k, log = TRUE) + cells * z; d <- exp(d - max(d)); d / sum(d) }
  at_least <- function(z) sum(chance(z)[cells >= a]) - 0.025
  at_most <- function(z) sum(chance(z)[cells <= a]) - 0.025
  out[[paste0("odds.", name, ".value")]] <- if (a == 0) 0 else exp(fine(function(z) sum(cells * chance(z)) - a, -20, 20))
  out[[paste0("odds.", name, ".lower")]] <- if (a == 0) 0 else exp(fine(at_least, -20, 20))
  out[[paste0("odds.", name, ".upper")]] <- exp(fine(at_most, -20, 20))
  out[[paste0("odds.", name, ".p")]] <- fisher.test(t)$p.value
}
for (case in list(c(11, 800, 3, 610), c(0, 120, 4, 80))) {
  name <- sprintf("rate.%d", case[1])
  test <- poisson.test(case[c(1, 3)], case[c(2, 4)])
  out[[paste0(name, ".value")]] <- test$estimate[[1]]
  out[[paste0(name, ".lower")]] <- test$conf.int[1]
  out[[paste0(name, ".upper")]] <- test$conf.int[2]
  out[[paste0(name, ".p")]] <- test$p.value
}
p <- c(0.01, 0.02, 0.03, 0.04, 0.05, 0.001, 0.02, 0.9)
for (j in seq_along(p)) {
  out[[sprintf("holm.%d", j - 1)]] <- p.adjust(p, "holm")[j]
  out[[sprintf("bh.%d", j - 1)]] <- p.adjust(p, "BH")[j]
}
b <- read("birthwt.csv")
pairs <- list(c("age", "lwt"), c("age", "bwt"), c("lwt", "bwt"))
for (pair in pairs) for (method in c("spearman", "kendall")) {
  test <- suppressWarnings(cor.test(b[[pair[1]]], b[[pair[2]]], method = method, exact = FALSE))
  name <- paste(method, pair[1], pair[2], sep = ".")
  out[[name]] <- test$estimate[[1]]
  out[[paste0(name, ".p")]] <- test$p.value
}
# Wilcoxon's signed-rank test of sleepstudy: day 9 against day 0 of the same person.
s <- read("sleepstudy.csv")
test <- suppressWarnings(wilcox.test(s$Reaction[s$Days == 9], s$Reaction[s$Days == 0], paired = TRUE, exact = FALSE))
out[["signed.p"]] <- test$p.value
# Delta-delta Ct: birthwt stands in for cycle numbers (target lwt/10, reference age/2, by smoking).
delta <- b$lwt / 10 - b$age / 2
test <- t.test(delta[b$smoke == 1], delta[b$smoke == 0])
out[["ddct.fold"]] <- 2^-(test$estimate[[1]] - test$estimate[[2]])
out[["ddct.lower"]] <- 2^-test$conf.int[2]
out[["ddct.upper"]] <- 2^-test$conf.int[1]
out[["ddct.p"]] <- wilcox.test(delta[b$smoke == 1], delta[b$smoke == 0], exact = FALSE)$p.value
# E-values by VanderWeele & Ding's formula.
e <- function(rr) { rr <- max(rr, 1 / rr); rr + sqrt(rr * (rr - 1)) }
common <- function(hr) (1 - 0.5^sqrt(hr)) / (1 - 0.5^sqrt(1 / hr))
out[["evalue.above"]] <- e(3.9); out[["evalue.above.limit"]] <- e(1.8)
out[["evalue.below"]] <- e(0.8); out[["evalue.below.limit"]] <- e(0.9)
out[["evalue.common"]] <- e(common(0.6)); out[["evalue.common.limit"]] <- e(common(0.8))
# Systematic error of negative controls: maximum likelihood of normal errors.
logs <- c(0.12, -0.05, 0.31, 0.22, -0.14, 0.4, 0.02, 0.18); se <- c(0.1, 0.08, 0.15, 0.12, 0.2, 0.11, 0.09, 0.14)
nll <- function(t) -sum(dnorm(logs, t[1], sqrt(exp(2 * t[2]) + se^2), log = TRUE))
fit <- c(0.1, log(0.1))
for (k in 1:5) fit <- optim(fit, nll, method = "BFGS", control = list(reltol = 1e-17, ndeps = c(1e-5, 1e-5)))$par
fit <- polish(fit, nll)
out[["control.mean"]] <- fit[1]
out[["control.sd"]] <- exp(fit[2])
out[["control.p"]] <- 2 * pnorm(-abs((0.6 - fit[1]) / sqrt(exp(2 * fit[2]) + 0.2^2)))
write_json(out, arguments[2])
