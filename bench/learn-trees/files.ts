import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TreeData, TreeFeature, TreeObjective } from '../../src/learn/trees/index.ts'
import type { Task } from './tasks.ts'

/** What every tool is asked to do, beside the columns in files. */
export interface TaskFile {
  readonly objective: TreeObjective
  readonly rounds: number
  readonly leaves: number
  readonly maxDepth: number
  readonly learningRate: number
  readonly features: readonly { readonly name: string; readonly kind: TreeFeature['kind'] }[]
  readonly rows: number
  readonly testRows: number
  readonly groups: readonly number[]
  readonly testGroups: readonly number[]
}

/** Writes a task as raw columns (float32, int32, float64) that any tool reads the same way. */
export function writeTask(folder: string, task: Task, leaves: number, maxDepth: number): void {
  mkdirSync(folder, { recursive: true })
  const file: TaskFile = {
    objective: task.objective,
    rounds: task.rounds,
    leaves,
    maxDepth,
    learningRate: 0.1,
    features: featuresOf(task.train).map(({ name, kind }) => ({ name, kind })),
    rows: task.train.rows,
    testRows: task.test.rows,
    groups: Array.from(task.train.groups ?? []),
    testGroups: Array.from(task.test.groups ?? []),
  }
  writeFileSync(join(folder, 'task.json'), JSON.stringify(file))
  writeColumns(folder, 'train', task.train)
  writeColumns(folder, 'test', task.test)
}

const featuresOf = (data: TreeData) => data.features as readonly TreeFeature[]

function writeColumns(folder: string, part: string, data: TreeData): void {
  featuresOf(data).forEach((feature, f) => {
    const bytes = new Uint8Array(feature.values.buffer, 0, feature.values.byteLength)
    writeFileSync(join(folder, `${part}.${f}`), bytes)
  })
  writeFileSync(join(folder, `${part}.target`), new Uint8Array(data.target.buffer))
}

export function readTaskFile(folder: string): TaskFile {
  return JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8')) as TaskFile
}

/** One part of a task back from its files. */
export function readPart(folder: string, part: 'train' | 'test', task: TaskFile): TreeData {
  const bytes = (name: string) => {
    const file = readFileSync(join(folder, `${part}.${name}`))
    return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer
  }
  const features = task.features.map(({ name, kind }, f): TreeFeature => {
    const buffer = bytes(String(f))
    const values = kind === 'number' ? new Float32Array(buffer) : new Int32Array(buffer)
    return { name, kind, values }
  })
  const groups = part === 'train' ? task.groups : task.testGroups
  return {
    rows: part === 'train' ? task.rows : task.testRows,
    features,
    target: new Float64Array(bytes('target')),
    ...(groups.length > 0 ? { groups: Int32Array.from(groups) } : {}),
  }
}
