import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareTreeData, trainTrees } from '../../src/learn/trees/index.ts'
import { cpuSeconds } from '../figure.ts'
import { readPart, readTaskFile } from './files.ts'

/**
 * Runs a task folder with our trees; meant for a process of its own (node --expose-gc). Prints one
 * JSON line; predictions on the test part go to DIR/ours.pred (float64, rows × outputs).
 */
export function runOwn(folder: string): void {
  const task = readTaskFile(folder)
  const train = readPart(folder, 'train', task)
  globalThis.gc?.()
  // From here on, the system keeps the peak anew (Linux).
  writeFileSync('/proc/self/clear_refs', '5')
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
  const memory = peakBytes() - before
  const test = readPart(folder, 'test', task)
  const predictStart = process.cpuUsage()
  const predictions = model.predict(test.features)
  const predictCpu = cpuSeconds(predictStart)
  writeFileSync(join(folder, 'ours.pred'), new Uint8Array(predictions.buffer))
  console.log(JSON.stringify({ prepareCpu, trainCpu, predictCpu, memory }))
}

/** Peak resident memory of this process; ru_maxrss would count that of the parent before exec. */
function peakBytes(): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))
  return Number(line?.[1] ?? Number.NaN) * 1024
}
