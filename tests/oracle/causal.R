# Propensity scores, weights, balance and matching; Rubin's rules; clone, censor, weight.
# Usage: Rscript causal.R FOLDER OUT.json
suppressMessages(library(mice))
arguments <- commandArgs(trailingOnly = TRUE)
source(file.path(arguments[1], "write_json.R"))
b <- read.csv(file.path(arguments[1], "data", "birthwt.csv"))
out <- list()
x <- cbind(age = b$age, lwt = b$lwt, black = b$race == 2, other = b$race == 3)
smoke <- b$smoke == 1
exactly <- glm.control(epsilon = 1e-15, maxit = 100)
fit <- glm(smoke ~ x, family = binomial, control = exactly)
score <- fitted(fit); logit <- qlogis(score)
share <- mean(smoke)
inverse <- ifelse(smoke, share / score, (1 - share) / (1 - score))
bounds <- quantile(inverse, c(0.01, 0.99))
weights <- list(crude = rep(1, nrow(b)), inverse = pmin(pmax(inverse, bounds[1]), bounds[2]),
  overlap = ifelse(smoke, 1 - score, score))

# Nearest free control, treated in order of falling log odds: every control is looked at.
width <- 0.2 * sqrt((var(logit[smoke]) + var(logit[!smoke])) / 2)
free <- which(!smoke); matched <- rep(0, nrow(b))
distance <- 0; pairs <- 0
for (person in which(smoke)[order(-logit[smoke])]) {
  gap <- abs(logit[free] - logit[person])
  near <- free[gap == min(gap)]
  near <- near[order(logit[near], near)][1]
  if (abs(logit[near] - logit[person]) <= width) {
    matched[c(person, near)] <- 1
    free <- setdiff(free, near)
    distance <- distance + abs(logit[near] - logit[person]); pairs <- pairs + 1
  }
}
out[["pairs.number"]] <- pairs
out[["pairs.distance"]] <- distance
weights$matched <- matched
for (name in names(weights)) {
  w <- weights[[name]]
  for (j in seq_len(ncol(x))) {
    gap <- weighted.mean(x[smoke, j], w[smoke]) - weighted.mean(x[!smoke, j], w[!smoke])
    # Overlap weights balance exactly: a difference of rounding size is stored as 0.
    smd <- gap / sqrt((var(x[smoke, j]) + var(x[!smoke, j])) / 2)
    out[[sprintf("smd.%s.%d", name, j - 1)]] <- if (abs(smd) < 1e-9) 0 else smd
  }
  for (group in 0:1) {
    v <- w[b$smoke == group]
    out[[sprintf("size.%s.%d", name, group)]] <- sum(v)^2 / sum(v^2)
  }
  # Least squares with weights and White's variance.
  g <- cbind(1, smoke); q <- lm.wfit(g, b$low, w)
  bread <- solve(crossprod(g, g * w)); meat <- crossprod(g * w * (b$low - g %*% q$coefficients)[, 1])
  out[[sprintf("difference.%s", name)]] <- q$coefficients[[2]]
  out[[sprintf("difference.%s.se", name)]] <- sqrt((bread %*% meat %*% bread)[2, 2])
}

# Rubin's rules, with and without degrees of freedom of the complete data.
estimate <- c(0.52, 0.61, 0.47, 0.58, 0.44); variance <- c(0.031, 0.029, 0.034, 0.030, 0.033)
for (case in list(c("large", Inf), c("small", 40))) {
  n <- as.numeric(case[2])
  p <- pool.scalar(estimate, variance, n = n + 2, k = 2)
  reach <- qt(0.975, p$df) * sqrt(p$t)
  out[[paste0("rubin.", case[1], ".value")]] <- p$qbar
  out[[paste0("rubin.", case[1], ".se")]] <- sqrt(p$t)
  out[[paste0("rubin.", case[1], ".lower")]] <- p$qbar - reach
  out[[paste0("rubin.", case[1], ".upper")]] <- p$qbar + reach
  out[[paste0("rubin.", case[1], ".df")]] <- p$df
  out[[paste0("rubin.", case[1], ".fmi")]] <- p$fmi
  out[[paste0("rubin.", case[1], ".p")]] <- 2 * pt(-abs(p$qbar / sqrt(p$t)), p$df)
}

# Clone, censor, weight by its definition, one row a clone and month: 400 simulated persons, half a
# year of grace, three years.
d <- read.csv(file.path(arguments[1], "data", "grace.csv"))
d$start[is.na(d$start)] <- Inf
width <- 1 / 12; begins <- (0:35) * width
in_time <- d$start <= 0.5; followed <- d$time > 0.5
uncensored <- glm(in_time ~ x + z, binomial, data.frame(d, in_time)[followed, ], control = exactly)
arms <- list()
weight <- rep(1, nrow(d)); weight[followed] <- 1 / fitted(uncensored); weight[followed & !in_time] <- 0
arms$start <- list(until = pmin(d$time, ifelse(in_time, Inf, 0.5)), leaves = ifelse(in_time, Inf, 0.5),
  weight = function(k) if (k <= 6) rep(1, nrow(d)) else weight)
months <- do.call(rbind, lapply(seq_along(begins), function(k) {
  here <- which(pmin(d$time, d$start) > begins[k])
  data.frame(person = here, k = k, year = begins[k], x = d$x[here], z = d$z[here],
    starts = d$start[here] <= begins[k] + width & d$start[here] <= d$time[here])
}))
hazard <- glm(starts ~ year + I(year^2) + I(k <= 6) + x + z, binomial, months, control = exactly)
months$stay <- 1 - fitted(hazard)
arms$without <- list(until = pmin(d$time, d$start), leaves = d$start, weight = function(k) sapply(seq_len(nrow(d)),
  function(i) {
    stay <- months$stay[months$person == i & months$k <= k]
    if (length(stay) < k) 0 else 1 / (prod(stay[seq_len(k - 1)]) * sqrt(stay[k]))
  }))
for (name in names(arms)) {
  arm <- arms[[name]]; total <- 0
  for (k in seq_along(begins)) {
    w <- arm$weight(k)
    inside <- ceiling(d$time / width - 1e-9) == k
    happened <- d$event == 1 & inside & d$time <= arm$leaves
    years <- pmax(0, pmin(arm$until, begins[k] + width) - begins[k])
    total <- total + sum(w[happened]) / sum(w * years) * width
  }
  out[[paste0("clone.", name)]] <- exp(-total)
}
write_json(out, arguments[2])
