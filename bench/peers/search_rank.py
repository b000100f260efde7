"""Trains XGBoost's ranker on the columns of a folder; prints its CPU seconds, writes scores.f32."""
import json
import sys
import time

import numpy as np
import xgboost as xgb

folder = sys.argv[1]
task = json.load(open(f"{folder}/task.json"))


def read(part):
    columns = [np.fromfile(f"{folder}/{part}.{c}.f32", np.float32) for c in range(task["columns"])]
    matrix = np.column_stack(columns)
    return matrix, np.fromfile(f"{folder}/{part}.target", np.float32), np.fromfile(f"{folder}/{part}.groups", np.int32)


x, y, groups = read("train")
start = time.process_time()
data = xgb.QuantileDMatrix(x, label=y, group=groups, nthread=1)
parameters = {"objective": task["objective"], "max_depth": task["depth"], "eta": 0.1, "tree_method": "hist",
              "nthread": 1, "seed": 0}
model = xgb.train(parameters, data, task["rounds"])
cpu = time.process_time() - start
test, _, _ = read("test")
model.predict(xgb.DMatrix(test, nthread=1)).astype(np.float32).tofile(f"{folder}/scores.f32")
print(json.dumps({"cpu": cpu}))
