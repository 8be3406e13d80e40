# Logistic regression, also with Firth's penalty; ROC curves; calibration.
# Usage: Rscript logistic.R FOLDER OUT.json
suppressMessages({ library(brglm2); library(pROC) })
arguments <- commandArgs(trailingOnly = TRUE)
source(file.path(arguments[1], "write_json.R"))
read <- function(name) read.csv(file.path(arguments[1], "data", name))
out <- list()
keep <- function(name, columns) {
  for (column in colnames(columns)) for (j in seq_len(nrow(columns))) {
    out[[sprintf("%s.%d.%s", name, j - 1, column)]] <<- columns[j, column]
  }
}
table_of <- function(fit) {
  s <- coef(summary(fit)); z <- qnorm(0.975)
  data.frame(b = s[, 1], se = s[, 2], lower = s[, 1] - z * s[, 2], upper = s[, 1] + z * s[, 2], p = s[, 4])
}
exactly <- glm.control(epsilon = 1e-15, maxit = 100)
b <- read("birthwt.csv")
model <- low ~ age + lwt + I(race == 2) + I(race == 3) + smoke
fit <- glm(model, binomial, b, control = exactly)
keep("birthwt", table_of(fit))
fit2 <- suppressWarnings(glm(model, binomial, b, weights = b$ftv + 0.5, control = exactly))
keep("weighted", table_of(fit2))

# Firth's penalty: estimates by brglm2, limits and p by brute force on the penalised likelihood.
penalised <- function(beta, y, x) {
  eta <- drop(x %*% beta); pi <- plogis(eta)
  information <- crossprod(x, x * (pi * (1 - pi)))
  if (rcond(information) < 1e-14) return(-1e6)  # too far out
  sum(plogis(eta, log.p = TRUE) - (1 - y) * eta) + 0.5 * as.numeric(determinant(information)$modulus)
}
score <- function(beta, y, x) {
  pi <- plogis(drop(x %*% beta)); w <- pi * (1 - pi)
  information <- crossprod(x, x * w)
  if (rcond(information) < 1e-14) return(0 * beta)
  h <- w * rowSums((x %*% solve(information)) * x)
  drop(crossprod(x, y - pi + h * (0.5 - pi)))
}
climb <- function(beta, y, x, held) {  # quasi-Newton steps on the score, one coefficient held
  free <- setdiff(seq_along(beta), held)
  for (k in 1:3) {
    f <- function(b) { beta[free] <- b; penalised(beta, y, x) }
    g <- function(b) { beta[free] <- b; score(beta, y, x)[free] }
    beta[free] <- optim(beta[free], f, g, method = "BFGS",
      control = list(fnscale = -1, reltol = 1e-17, maxit = 2000))$par
  }
  beta
}
firth <- function(name, y, x) {
  fit <- suppressWarnings(glm(y ~ x - 1, family = binomial, method = "brglmFit", type = "AS_mean",
    epsilon = 1e-13, maxit = 10000))
  beta <- coef(fit); errors <- sqrt(diag(vcov(fit)))
  if (!fit$converged) {  # one person alone in a level: its steps swing about the summit for ever
    beta <- climb(0 * beta, y, x, integer(0))
    pi <- plogis(drop(x %*% beta))
    errors <- sqrt(diag(solve(crossprod(x, x * (pi * (1 - pi))))))
  }
  top <- penalised(beta, y, x)
  for (j in seq_along(beta)) {
    h <- function(value) {
      start <- beta; start[j] <- value
      penalised(climb(start, y, x, j), y, x) - top + qchisq(0.95, 1) / 2
    }
    se <- errors[j]
    start <- beta; start[j] <- 0
    out[[sprintf("%s.%d.b", name, j - 1)]] <<- beta[[j]]
    out[[sprintf("%s.%d.se", name, j - 1)]] <<- se[[1]]
    out[[sprintf("%s.%d.lower", name, j - 1)]] <<- uniroot(h, beta[j] - c(8, 0) * se, tol = 1e-11)$root
    out[[sprintf("%s.%d.upper", name, j - 1)]] <<- uniroot(h, beta[j] + c(0, 8) * se, tol = 1e-11)$root
    out[[sprintf("%s.%d.p", name, j - 1)]] <<- pchisq(2 * (top - penalised(climb(start, y, x, j), y, x)), 1,
      lower.tail = FALSE)
  }
}
e <- read("endometrial.csv")
# Centred and scaled, so that the optimiser sees one scale; limits are carried back.
scaled <- function(x) { s <- apply(x, 2, sd); list(x = cbind(1, sweep(x, 2, s, "/")), s = c(1, s)) }
each <- list(endometrial = list(e$HG, as.matrix(e[, c("NV", "PI", "EH")])),
  few = list(b$low[1:145], as.matrix(b[1:145, c("age", "smoke")])),
  alone = list(b$low, cbind(as.matrix(b[, c("age", "smoke")]), six = as.numeric(b$ftv == 6))))
for (name in names(each)) {
  design <- scaled(each[[name]][[2]])
  firth(name, each[[name]][[1]], design$x)
  for (j in seq_along(design$s)) for (part in c("b", "se", "lower", "upper")) {
    key <- sprintf("%s.%d.%s", name, j - 1, part)
    out[[key]] <- out[[key]] / design$s[j]
  }
}

area <- function(name, score) {
  roc <- roc(b$low, score, direction = "<", quiet = TRUE)
  limits <- ci.auc(roc, method = "delong")
  out[[paste0(name, ".auc")]] <<- limits[2]
  out[[paste0(name, ".lower")]] <<- limits[1]
  out[[paste0(name, ".upper")]] <<- limits[3]
  out[[paste0(name, ".se")]] <<- sqrt(var(roc, method = "delong"))
  roc
}
full <- area("roc.model", fitted(fit))
light <- area("roc.weight", -b$lwt)
test <- roc.test(full, light, method = "delong", paired = TRUE)
out[["roc.difference.p"]] <- test$p.value
best <- coords(full, "best", best.method = "youden", ret = c("sensitivity", "specificity"))
out[["roc.sensitivity"]] <- best$sensitivity[1]
out[["roc.specificity"]] <- best$specificity[1]
risk <- plogis(0.3 + 1.4 * qlogis(fitted(fit)))  # predictions that are off
shift <- glm(b$low ~ 1, family = binomial, offset = qlogis(risk), control = exactly)
slope <- glm(b$low ~ qlogis(risk), family = binomial, control = exactly)
out[["calibration.intercept"]] <- coef(shift)[[1]]
out[["calibration.intercept.lower"]] <- confint.default(shift)[1]
out[["calibration.slope"]] <- coef(slope)[[2]]
out[["calibration.slope.upper"]] <- confint.default(slope)[2, 2]
out[["calibration.brier"]] <- mean((risk - b$low)^2)
write_json(out, arguments[2])
