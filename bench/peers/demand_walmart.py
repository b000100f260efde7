"""Peers on the weekly Walmart panel: statsforecast's AutoETS and AutoARIMA, LightGBM on usual lags.

Usage: demand_walmart.py FOLDER ORIGIN WEEKS SEED
FOLDER holds rows.csv (unique_id, ds, y, is_holiday; rows from ORIGIN on are read without y) and
sample.txt (the series that the slow peers get). Writes FOLDER/<peer>.csv: unique_id, weeks ahead
(from 0), mean, q0.05 ... q0.95. Prints one JSON line: CPU seconds of each peer.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoARIMA, AutoETS

warnings.filterwarnings("ignore")
LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
SEASON = 52


def write(folder, name, ids, ahead, mean, quantiles):
    frame = pd.DataFrame({"unique_id": ids, "ahead": ahead, "mean": mean})
    quantiles = np.sort(quantiles, axis=1)
    for k, level in enumerate(LEVELS):
        frame[f"q{level}"] = quantiles[:, k]
    frame.to_csv(folder / f"{name}.csv", index=False)


def statistical(folder, history, weeks, name, model):
    """One model a series, on a regular weekly grid (weeks without a row: interpolated)."""
    start = time.process_time()
    parts = []
    for uid, own in history.groupby("unique_id"):
        if len(own) < 8:
            continue
        own = own.set_index("ds")["y"]
        own = own.reindex(pd.date_range(own.index[0], history["ds"].max(), freq="7D"))
        parts.append(pd.DataFrame({"unique_id": uid, "ds": own.index, "y": own.interpolate().values}))
    frame = pd.concat(parts)
    frame["ds"] = (frame["ds"] - frame["ds"].min()).dt.days // 7
    sf = StatsForecast(models=[model], freq=1, n_jobs=1)
    out = sf.forecast(df=frame, h=weeks, level=[50, 80, 90])
    column = str(model)
    names = [f"{column}-lo-90", f"{column}-lo-80", f"{column}-lo-50", column]
    names += [f"{column}-hi-50", f"{column}-hi-80", f"{column}-hi-90"]
    ahead = out.groupby("unique_id").cumcount()
    write(folder, name, out["unique_id"].values, ahead.values, out[column].values, out[names].values)
    return time.process_time() - start


def lag_rows(grid, flags, origins, weeks):
    """Usual lag features of every series, origin and week ahead; grid is series x weeks."""
    rows = []
    series, length = grid.shape
    for origin in origins:
        past = grid[:, :origin]
        with np.errstate(all="ignore"):
            means = [np.nanmean(past[:, -k:], axis=1) for k in (4, 13, 26, 52)]
            spread = np.nanstd(past[:, -13:], axis=1)
        scale = np.where(means[3] > 1, means[3], 1.0)
        lasts = [past[:, -k] for k in (1, 2, 3, 4)]
        for h in range(weeks):
            target = origin + h
            if target >= length:
                break
            year = [
                grid[:, target - lag] if target - lag >= 0 and target - lag < origin
                else np.full(series, np.nan)
                for lag in (51, 52, 53)
            ]
            columns = [v / scale for v in (*lasts, *means[:3], spread, *year)]
            columns += [np.log(scale), np.full(series, h), np.full(series, target % SEASON)]
            columns += [np.full(series, flags[target]), np.arange(series)]
            rows.append((target, np.column_stack(columns), scale))
    return rows


def boosted(folder, frame, origin, weeks, seed):
    start = time.process_time()
    ids = np.array(sorted(frame["unique_id"].unique()))
    dates = np.array(sorted(frame["ds"].unique()))
    grid = np.full((len(ids), len(dates)), np.nan)
    grid[np.searchsorted(ids, frame["unique_id"]), np.searchsorted(dates, frame["ds"])] = frame["y"]
    flags = frame.groupby("ds")["is_holiday"].max().reindex(dates).values
    at = int(np.searchsorted(dates, np.datetime64(origin)))
    split = np.array([uid.split("_") for uid in ids]).astype(int)

    def table(rows):
        x = np.vstack([r[1] for r in rows])
        codes = x[:, -1].astype(int)
        return np.column_stack([x[:, :-1], split[codes]])

    # Every fourth origin with half a year before it; targets before the origin alone.
    known = grid.copy()
    known[:, at:] = np.nan
    rows = lag_rows(known[:, :at], flags, range(26, at, 4), weeks)
    x = table(rows)
    scale = np.concatenate([r[2] for r in rows])
    y = np.concatenate([known[:, r[0]] for r in rows]) / scale
    keep = np.isfinite(y)
    x, y, scale = x[keep], y[keep], scale[keep]
    ahead = lag_rows(known, flags, [at], weeks)
    future = table(ahead)
    size = np.concatenate([r[2] for r in ahead])
    categorical = [x.shape[1] - 2, x.shape[1] - 1]
    common = dict(
        num_leaves=31, learning_rate=0.05, min_data_in_leaf=50, feature_fraction=0.8,
        bagging_fraction=0.8, bagging_freq=1, verbose=-1, num_threads=1, seed=seed,
    )
    data = lgb.Dataset(x, y, weight=scale, categorical_feature=categorical, free_raw_data=False)
    mean = lgb.train({**common, "objective": "l1"}, data, 300).predict(future) * size
    plain = lgb.Dataset(x, y, categorical_feature=categorical, free_raw_data=False)
    quantiles = np.column_stack([
        lgb.train({**common, "objective": "quantile", "alpha": level}, plain, 200).predict(future)
        for level in LEVELS
    ]) * size[:, None]
    code = np.concatenate([r[1][:, -1].astype(int) for r in ahead])
    step = np.concatenate([np.full(len(r[2]), r[0] - at) for r in ahead])
    seen = np.isfinite(known).any(axis=1)[code]
    write(folder, "lightgbm", ids[code][seen], step[seen], mean[seen], quantiles[seen])
    return time.process_time() - start


def main():
    folder, origin, weeks, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    frame = pd.read_csv(folder / "rows.csv", dtype={"unique_id": str}, parse_dates=["ds"])
    sample = set((folder / "sample.txt").read_text().split("\n"))
    history = frame[(frame["ds"] < origin) & frame["unique_id"].isin(sample)]
    seconds = {"lightgbm": boosted(folder, frame, origin, weeks, seed)}
    ets = AutoETS(season_length=SEASON)
    seconds["auto-ets"] = statistical(folder, history, weeks, "auto-ets", ets)
    arima = AutoARIMA(season_length=SEASON, approximation=True)
    seconds["auto-arima"] = statistical(folder, history, weeks, "auto-arima", arima)
    print(json.dumps(seconds))


main()
