// Runs a task folder with our trees in a process of its own: node own.ts DIR. Prints one JSON line;
// predictions on the test part go to DIR/ours.pred (float64, rows × outputs).
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareTreeData, trainTrees } from '../../src/learn/trees/index.ts'
import { cpuSeconds } from '../figure.ts'
import { readPart, readTaskFile } from './files.ts'

const folder = process.argv[2]!
const task = readTaskFile(folder)
const train = readPart(folder, 'train', task)
const before = process.memoryUsage().rss
const start = process.cpuUsage()
const features = prepareTreeData(train.features as Parameters<typeof prepareTreeData>[0])
const prepareCpu = cpuSeconds(start)
const trainStart = process.cpuUsage()
const model = trainTrees(
  { ...train, features },
  {
    objective: task.objective,
    rounds: task.rounds,
    leaves: task.leaves,
    maxDepth: task.maxDepth,
    learningRate: task.learningRate,
  },
)
const trainCpu = cpuSeconds(trainStart)
const memory = process.resourceUsage().maxRSS * 1024 - before
const test = readPart(folder, 'test', task)
const predictStart = process.cpuUsage()
const predictions = model.predict(test.features)
const predictCpu = cpuSeconds(predictStart)
writeFileSync(join(folder, 'ours.pred'), new Uint8Array(predictions.buffer))
console.log(JSON.stringify({ prepareCpu, trainCpu, predictCpu, memory }))
