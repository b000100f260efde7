"""Runs a task folder (see bench/learn-trees/files.ts) with a peer: learn_trees.py TOOL DIR.

Prints one JSON line {prepareCpu, trainCpu, predictCpu, memory}; predictions on the test part go to
DIR/TOOL.pred (float64, rows x outputs). One thread; CPU time is this process's own.
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402

tool, folder = sys.argv[1:3]
with open(f"{folder}/task.json") as file:
    task = json.load(file)
kind = task["objective"]["kind"]
levels = task["objective"].get("levels", [None])


def read(part):
    columns = []
    for f, feature in enumerate(task["features"]):
        type_ = np.float32 if feature["kind"] == "number" else np.int32
        columns.append(np.fromfile(f"{folder}/{part}.{f}", dtype=type_).astype(np.float32))
    return np.column_stack(columns), np.fromfile(f"{folder}/{part}.target", dtype=np.float64)


def peak():
    """Peak resident memory; ru_maxrss would count that of the parent before exec."""
    with open("/proc/self/status") as file:
        return 1024 * next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))


def rss():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def run_lightgbm(x, y):
    import lightgbm as lgb

    names = {
        "squared": "regression", "poisson": "poisson", "tweedie": "tweedie",
        "quantile": "quantile", "logistic": "binary", "lambdarank": "lambdarank",
    }
    parameters = {
        "objective": names[kind], "num_leaves": task["leaves"], "max_depth": task["maxDepth"],
        "learning_rate": task["learningRate"], "num_threads": 1, "verbosity": -1, "max_bin": 255,
        "tweedie_variance_power": task["objective"].get("power", 1.5), "enable_bundle": True,
    }
    categories = [f for f, c in enumerate(task["features"]) if c["kind"] == "category"]
    before, start = rss(), time.process_time()
    data = lgb.Dataset(x, y, categorical_feature=categories, group=task["groups"] or None,
                       free_raw_data=True, params=parameters)
    data.construct()
    prepared = time.process_time()
    models = [lgb.train(parameters if level is None else {**parameters, "alpha": level}, data,
                        task["rounds"]) for level in levels]
    trained = time.process_time()
    return before, prepared - start, trained - prepared, lambda t: [m.predict(t) for m in models]


def run_xgboost(x, y):
    import xgboost as xgb

    names = {
        "squared": "reg:squarederror", "poisson": "count:poisson", "tweedie": "reg:tweedie",
        "quantile": "reg:quantileerror", "logistic": "binary:logistic", "lambdarank": "rank:ndcg",
    }
    parameters = {
        "objective": names[kind], "tree_method": "hist", "grow_policy": "lossguide",
        "max_leaves": task["leaves"], "max_depth": task["maxDepth"], "eta": task["learningRate"],
        "max_bin": 256, "nthread": 1, "verbosity": 0,
        "tweedie_variance_power": task["objective"].get("power", 1.5),
    }
    types = ["q" if c["kind"] == "number" else "c" for c in task["features"]]
    before, start = rss(), time.process_time()
    data = xgb.QuantileDMatrix(x, y, feature_types=types, enable_categorical=True, max_bin=256,
                               group=task["groups"] or None, nthread=1)
    prepared = time.process_time()
    models = [xgb.train(parameters if level is None else {**parameters, "quantile_alpha": level},
                        data, task["rounds"]) for level in levels]
    trained = time.process_time()

    def predict(t):
        rows = xgb.DMatrix(t, feature_types=types, enable_categorical=True, nthread=1)
        return [m.predict(rows) for m in models]

    return before, prepared - start, trained - prepared, predict


features, target = read("train")
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")  # from here on, the system keeps the peak anew
before, prepare_cpu, train_cpu, predict = {
    "lightgbm": run_lightgbm, "xgboost": run_xgboost,
}[tool](features, target)
memory = peak() - before
test, _ = read("test")
start = time.process_time()
predictions = np.column_stack(predict(test)).astype(np.float64)
predict_cpu = time.process_time() - start
np.sort(predictions, axis=1).tofile(f"{folder}/{tool}.pred")
print(json.dumps({"prepareCpu": prepare_cpu, "trainCpu": train_cpu, "predictCpu": predict_cpu,
                  "memory": memory}))
