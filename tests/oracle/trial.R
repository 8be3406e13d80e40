# Size, power and group-sequential bounds of a trial (rpact), stratified 2x2 tables (metafor, base R).
# Usage: Rscript trial.R FOLDER OUT.json
arguments <- commandArgs(trailingOnly = TRUE)
source(file.path(arguments[1], "write_json.R"))
suppressMessages(library(rpact))
suppressMessages(library(metafor))
out <- list()
pairs <- list(c(.7, .9), c(.75, .95), c(.8, .95), c(.85, .95), c(.865, .945))
for (p in pairs) {
  name <- sprintf("%g.%g", p[1], p[2])
  for (power in c(.8, .9)) {
    size <- getSampleSizeRates(pi1 = p[2], pi2 = p[1], sided = 2, alpha = .05, beta = 1 - power)
    out[[sprintf("size.%s.%g", name, power)]] <- size$nFixed2[1]
  }
  size <- getSampleSizeRates(pi1 = p[2], pi2 = p[1], sided = 2, alpha = .05, beta = .2, allocationRatioPlanned = 2)
  out[[sprintf("size2.%s", name)]] <- size$nFixed2[1]
  power <- getPowerRates(pi1 = p[2], pi2 = p[1], maxNumberOfSubjects = 132, sided = 1, alpha = .025)
  out[[sprintf("power.%s", name)]] <- power$overallReject[1]
}
designs <- list(OF2 = list("asOF", c(.5, 1)), OF3 = list("asOF", c(1, 2, 3) / 3), OF.uneven = list("asOF", c(.3, .6, 1)),
                P2 = list("asP", c(.5, 1)), P3 = list("asP", c(1, 2, 3) / 3))
for (name in names(designs)) {
  design <- getDesignGroupSequential(typeOfDesign = designs[[name]][[1]], informationRates = designs[[name]][[2]],
                                     alpha = .025, beta = .2)
  for (k in seq_along(design$criticalValues)) out[[sprintf("bound.%s.%d", name, k)]] <- design$criticalValues[k]
  size <- getSampleSizeRates(design, pi1 = .9, pi2 = .7)
  out[[sprintf("most.%s", name)]] <- size$maxNumberOfSubjects[1]
  out[[sprintf("expected.%s", name)]] <- size$expectedNumberOfSubjectsH1[1]
}
out[["pocock.2"]] <- getDesignGroupSequential(typeOfDesign = "P", kMax = 2, alpha = .025)$criticalValues[1]
out[["pocock.3"]] <- getDesignGroupSequential(typeOfDesign = "P", kMax = 3, alpha = .025)$criticalValues[1]
strata <- list(three = rbind(c(20, 22, 15, 22), c(22, 23, 16, 22), c(18, 21, 16, 22)),
               sparse = rbind(c(4, 4, 3, 4), c(2, 2, 1, 3), c(5, 6, 5, 5), c(1, 1, 0, 2)))
for (name in names(strata)) {
  s <- strata[[name]]
  tables <- array(NA, c(2, 2, nrow(s)))
  for (k in seq_len(nrow(s))) tables[, , k] <- rbind(c(s[k, 1], s[k, 2] - s[k, 1]), c(s[k, 3], s[k, 4] - s[k, 3]))
  test <- mantelhaen.test(tables, correct = FALSE)
  out[[sprintf("cmh.%s", name)]] <- test$statistic[[1]]
  out[[sprintf("cmh.%s.p", name)]] <- test$p.value
  out[[sprintf("cmh.%s.corrected", name)]] <- mantelhaen.test(tables, correct = TRUE)$statistic[[1]]
  out[[sprintf("or.%s", name)]] <- test$estimate[[1]]
  out[[sprintf("or.%s.lower", name)]] <- test$conf.int[1]
  out[[sprintf("or.%s.upper", name)]] <- test$conf.int[2]
  rd <- rma.mh(measure = "RD", ai = s[, 1], n1i = s[, 2], ci = s[, 3], n2i = s[, 4])
  out[[sprintf("rd.%s", name)]] <- rd$beta[1]
  out[[sprintf("rd.%s.se", name)]] <- rd$se
  out[[sprintf("rd.%s.lower", name)]] <- rd$ci.lb
}
write_json(out, arguments[2])
