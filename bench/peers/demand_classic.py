"""Python's statsforecast on a CSV of series: automatic choice by cross-validation, then forecast.

Usage: demand_classic.py SERIES.csv OUT.csv HORIZON SEASON ORIGINS
SERIES.csv: unique_id, ds (integer), y. OUT.csv: unique_id, ds, model, q0.05 ... q0.95.
Prints one JSON line: CPU seconds (this process, after compilation) and the models chosen.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import (
    TSB,
    AutoETS,
    CrostonClassic,
    CrostonSBA,
    OptimizedTheta,
    SeasonalNaive,
    Theta,
    WindowAverage,
)
from statsforecast.utils import ConformalIntervals

warnings.filterwarnings("ignore")
LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
INTERVALS = [50, 80, 90]


def models_of(horizon, season):
    """Models that can go on without refitting, and models that are refitted in each window."""
    conformal = lambda: ConformalIntervals(h=horizon, n_windows=2)
    forward = [
        SeasonalNaive(season_length=season),
        AutoETS(season_length=season),
        Theta(season_length=season),
        OptimizedTheta(season_length=season),
    ]
    refitted = [
        WindowAverage(window_size=8 * season, prediction_intervals=conformal()),
        CrostonClassic(prediction_intervals=conformal()),
        CrostonSBA(prediction_intervals=conformal()),
        TSB(alpha_d=0.1, alpha_p=0.1, prediction_intervals=conformal()),
    ]
    return forward, refitted


def quantiles(frame, model):
    """Rows × levels, never below zero (the data are not) and rising."""
    columns = [f"{model}-lo-90", f"{model}-lo-80", f"{model}-lo-50", model]
    columns += [f"{model}-hi-50", f"{model}-hi-80", f"{model}-hi-90"]
    return np.sort(np.maximum(frame[columns].to_numpy(), 0), axis=1)


def pinball(y, q):
    error = y[:, None] - q
    return np.maximum(np.array(LEVELS) * error, (np.array(LEVELS) - 1) * error).mean(axis=1)


def run(data, horizon, season, origins):
    forward, refitted = models_of(horizon, season)
    losses = {}
    for models, refit in ((forward, False), (refitted, True)):
        sf = StatsForecast(models=models, freq=1, n_jobs=1)
        cv = sf.cross_validation(
            df=data, h=horizon, n_windows=origins, step_size=horizon, level=INTERVALS, refit=refit
        )
        for model in models:
            name = str(model)
            loss = pinball(cv["y"].to_numpy(), quantiles(cv, name))
            losses[name] = pd.Series(loss).groupby(cv["unique_id"].to_numpy()).mean()
    table = pd.DataFrame(losses).fillna(np.inf)
    best = table.idxmin(axis=1)
    parts = []
    for model in forward + refitted:
        ids = best.index[best == str(model)]
        if len(ids) == 0:
            continue
        part = data[data["unique_id"].isin(ids)]
        out = StatsForecast(models=[model], freq=1, n_jobs=1).forecast(
            df=part, h=horizon, level=INTERVALS
        )
        frame = out[["unique_id", "ds"]].copy()
        frame["model"] = str(model)
        frame[[f"q{level}" for level in LEVELS]] = quantiles(out, str(model))
        parts.append(frame)
    return pd.concat(parts), best


def main():
    source, target, horizon, season, origins = sys.argv[1:6]
    horizon, season, origins = int(horizon), int(season), int(origins)
    data = pd.read_csv(source, dtype={"unique_id": str})
    # Compilation is not counted: the same calls on eight series first.
    run(data[data["unique_id"].isin(data["unique_id"].unique()[:8])], horizon, season, origins)
    start = time.process_time()
    forecast, best = run(data, horizon, season, origins)
    seconds = time.process_time() - start
    forecast.to_csv(target, index=False)
    print(json.dumps({"cpu_seconds": seconds, "chosen": best.value_counts().to_dict()}))


main()
