"""Prophet and statsforecast's MSTL on ten-minute load with matches, for several origins.

Usage: load_worldcup.py HISTORY.csv EVENTS.csv PARTS.json OUT.csv
HISTORY.csv: ds, y. EVENTS.csv: event_id, kind, starts_at, ends_at. PARTS.json: [[from, to], ...];
each part is forecast from the rows before it. OUT.csv: peer, part, step, mean.

Both see the logarithm of load, which serves them better than load itself. Prophet gets a daily and a
weekly season, and matches as regressors (the half hour before, the match, the half hour after, apart for
weekends); MSTL has no regressors and gets the seasons of a day and a week with an automatic ETS as trend.
"""

import json
import logging
import sys
import warnings

import numpy as np
import pandas as pd
from prophet import Prophet
from statsforecast import StatsForecast
from statsforecast.models import MSTL, AutoETS

warnings.filterwarnings("ignore")
logging.getLogger("cmdstanpy").setLevel(logging.ERROR)
STEP = pd.Timedelta(minutes=10)
HALF_HOUR = pd.Timedelta(minutes=30)


def regressors(times, events):
    """Columns 0/1: before, during and after a match, on working days and on weekends."""
    table = {}
    weekend = times.dayofweek >= 5
    for name, before, after in (
        ("before", "starts_at", None),
        ("during", None, None),
        ("after", None, "ends_at"),
    ):
        inside = np.zeros(len(times), dtype=bool)
        for start, end in zip(events["starts_at"], events["ends_at"]):
            if before:
                start, end = start - HALF_HOUR, start
            if after:
                start, end = end, end + HALF_HOUR
            inside |= (times >= start) & (times < end)
        table[f"{name}_week"] = (inside & ~weekend).astype(float)
        table[f"{name}_weekend"] = (inside & weekend).astype(float)
    return pd.DataFrame(table)


def prophet(history, times, events):
    model = Prophet(daily_seasonality=20, weekly_seasonality=True, yearly_seasonality=False)
    known = regressors(pd.DatetimeIndex(history["ds"]), events)
    for column in known.columns:
        model.add_regressor(column)
    model.fit(pd.concat([history.reset_index(drop=True), known], axis=1))
    ahead = pd.concat([pd.DataFrame({"ds": times}), regressors(times, events)], axis=1)
    return model.predict(ahead)["yhat"].to_numpy()


def mstl(history, times, events):
    filled = history.set_index("ds")["y"].asfreq(STEP).interpolate().reset_index()
    filled.insert(0, "unique_id", "load")
    model = MSTL(season_length=[144, 1008], trend_forecaster=AutoETS(model="ZZN"))
    forecast = StatsForecast(models=[model], freq="10min", n_jobs=1).forecast(df=filled, h=len(times))
    return forecast["MSTL"].to_numpy()


def main():
    source, calendar, plan, target = sys.argv[1:5]
    history = pd.read_csv(source, parse_dates=["ds"])
    history["ds"] = history["ds"].dt.tz_localize(None)
    history["y"] = np.log1p(history["y"])
    events = pd.read_csv(calendar, parse_dates=["starts_at", "ends_at"])
    rows = []
    for part, (start, end) in enumerate(json.load(open(plan))):
        times = pd.date_range(start, end, freq=STEP, inclusive="left")
        known = history[history["ds"] < times[0]]
        for name, model in (("Prophet", prophet), ("MSTL", mstl)):
            values = np.expm1(model(known, times, events))
            rows += [(name, part, step, value) for step, value in enumerate(values)]
    pd.DataFrame(rows, columns=["peer", "part", "step", "mean"]).to_csv(target, index=False)


main()
