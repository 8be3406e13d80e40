# Gray's test by cmprsk on pbc. Usage: Rscript gray.R FOLDER OUT.json
library(cmprsk)
arguments <- commandArgs(trailingOnly = TRUE)
source(file.path(arguments[1], "write_json.R"))
d <- read.csv(file.path(arguments[1], "data", "pbc.csv"))
out <- list()
two <- d[!is.na(d$trt), ]
test <- cuminc(two$time / 365.25, two$status, two$trt)$Tests
out[["trt.chisq"]] <- test["1", "stat"]
out[["trt.p"]] <- test["1", "pv"]
test <- cuminc(d$time / 365.25, d$status, d$edema)$Tests
out[["edema.chisq"]] <- test["1", "stat"]
out[["edema.p"]] <- test["1", "pv"]
write_json(out, arguments[2])
