import { parentPort, workerData } from 'node:worker_threads'
import { type ReadTask, readUntilStopped } from './threads.ts'

parentPort?.postMessage(readUntilStopped(workerData as ReadTask))
