"""Peers on load a year ahead: Prophet with the events as holidays, statsforecast's MSTL.

Usage: load_long.py FOLDER STEPS
FOLDER holds rows.csv (unique_id, ds, y; hours) and events.csv (kind, ds, further days). Writes
FOLDER/<peer>.csv: unique_id, mean, q0.05, q0.1, q0.9, q0.95 of each hour after the last. Prints one
JSON line: CPU seconds of each peer.
"""

import json
import logging
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
for name in ("prophet", "cmdstanpy"):
    logging.getLogger(name).setLevel(logging.ERROR)
LEVELS = [0.05, 0.1, 0.9, 0.95]


def write(folder, name, parts):
    frame = pd.concat(parts)
    frame.to_csv(folder / f"{name}.csv", index=False)


def part(uid, mean, quantiles):
    frame = pd.DataFrame({"unique_id": uid, "mean": mean})
    for level, values in zip(LEVELS, quantiles):
        frame[f"q{level}"] = values
    return frame


def prophet(folder, history, events, steps):
    from prophet import Prophet

    start = time.process_time()
    holidays = pd.DataFrame(
        {
            "holiday": events["kind"],
            "ds": pd.to_datetime(events["ds"]).dt.normalize(),
            "lower_window": np.where(events["further"] > 13, 0, -3),
            "upper_window": np.where(events["further"] > 13, events["further"], 9),
        }
    )
    parts = []
    for uid, own in history.groupby("unique_id"):
        model = Prophet(
            growth="linear",
            holidays=holidays,
            seasonality_mode="multiplicative",
            yearly_seasonality=True,
            weekly_seasonality=True,
            daily_seasonality=True,
            uncertainty_samples=300,
        )
        model.fit(own[["ds", "y"]])
        future = pd.DataFrame({"ds": pd.date_range(own["ds"].max(), periods=steps + 1, freq="h")[1:]})
        mean = model.predict(future, vectorized=True)["yhat"].values
        samples = model.predictive_samples(future, vectorized=True)["yhat"]
        parts.append(part(uid, mean, np.quantile(samples, LEVELS, axis=1)))
    write(folder, "prophet", parts)
    return time.process_time() - start


def mstl(folder, history, steps):
    from statsforecast import StatsForecast
    from statsforecast.models import MSTL, AutoETS

    start = time.process_time()
    parts = []
    for uid, own in history.groupby("unique_id"):
        own = own.set_index("ds")["y"]
        own = own.reindex(pd.date_range(own.index[0], own.index[-1], freq="h")).interpolate()
        frame = pd.DataFrame({"unique_id": uid, "ds": np.arange(len(own)), "y": np.log(own.values)})
        model = MSTL(season_length=[24, 168, 8766], trend_forecaster=AutoETS(model="ZAN", damped=True))
        sf = StatsForecast(models=[model], freq=1, n_jobs=1)
        out = sf.forecast(df=frame, h=steps, level=[80, 90])
        names = ["MSTL-lo-90", "MSTL-lo-80", "MSTL-hi-80", "MSTL-hi-90"]
        parts.append(part(uid, np.exp(out["MSTL"].values), [np.exp(out[n].values) for n in names]))
    write(folder, "mstl", parts)
    return time.process_time() - start


def main():
    folder, steps = Path(sys.argv[1]), int(sys.argv[2])
    history = pd.read_csv(folder / "rows.csv", parse_dates=["ds"])
    events = pd.read_csv(folder / "events.csv")
    seconds = {
        "prophet": prophet(folder, history, events, steps),
        "mstl": mstl(folder, history, steps),
    }
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
