"""AutoARIMA of statsforecast on series of load.

Usage: load_arima.py SERIES.json AHEAD SEASON
SERIES.json: a list of lists of numbers. Prints {"means": [[...]], "cpu": seconds}.
"""

import json
import sys
import time
import warnings

import numpy as np
from statsforecast.models import AutoARIMA

warnings.filterwarnings("ignore")

with open(sys.argv[1]) as file:
    series = json.load(file)
ahead, season = int(sys.argv[2]), int(sys.argv[3])
means = []
cpu = 0.0
for i, values in enumerate(series):
    y = np.array(values, dtype=float)
    fits = len(y) >= 2 * season + 10
    began = time.process_time()
    model = AutoARIMA(season_length=season if fits else 1, approximation=True)
    means.append([float(v) for v in model.forecast(y=y, h=ahead)["mean"]])
    if i > 0:  # the first one compiles
        cpu += time.process_time() - began
    print(f"{i + 1} of {len(series)}", file=sys.stderr)
json.dump({"means": means, "cpu": cpu * len(series) / max(1, len(series) - 1)}, sys.stdout)
