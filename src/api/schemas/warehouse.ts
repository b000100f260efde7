import * as z from 'zod'
import { moment, severity } from './common.ts'

const id = z.string().min(1).max(500)
const person = z.string().trim().min(1).max(100)
const ms = z.number().describe('CPU milliseconds')
const msPerDay = z.number().describe('CPU milliseconds a day')
const bytes = z.number().min(0)

export const actionKind = z.enum(['view', 'layout', 'plan', 'knob', 'index'])

const gain = z.object({
  savedMsPerDay: msPerDay,
  upkeepMsPerDay: msPerDay,
  buildMs: ms,
  storageBytes: bytes,
})

/** A change of the design: what it saves, what it costs, and where it stands. */
export const warehouseAction = z.object({
  actionId: z.string(),
  kind: actionKind,
  target: z.string(),
  summary: z.string(),
  reasons: z.array(z.string()),
  status: z.enum(['proposed', 'approved', 'applied', 'undone', 'refused', 'failed']),
  severity,
  decidedAt: moment,
  decidedBy: z.string(),
  note: z.string().nullable().describe('why it failed, was refused or taken out of service'),
  predicted: gain,
  measured: gain.nullable().describe('null: not tried on the real data yet'),
  fingerprints: z.array(z.string()),
  applySql: z.array(z.string()),
  undoSql: z.array(z.string()),
})
export type WarehouseAction = z.infer<typeof warehouseAction>

/** What is asked: statements that differ in constants alone. */
export const warehouseTemplate = z.object({
  fingerprint: z.string(),
  sql: z.string().describe('with ? for each constant'),
  tables: z.array(z.string()),
  askedBy: z.string().nullable(),
  statements: z.int(),
  failures: z.int(),
  perDay: z.number(),
  cpuMsPerDay: msPerDay,
  p50Ms: ms,
  p95Ms: ms,
  tuned: z
    .object({ statements: z.int(), p50Ms: ms, p95Ms: ms })
    .nullable()
    .describe('runs that a change answered; null: none yet'),
  actionIds: z.array(z.string()).describe('applied changes that serve it'),
  off: z.boolean().describe('a person turned tuning off for it'),
})
export type WarehouseTemplate = z.infer<typeof warehouseTemplate>

/** How statements waited for each other in the server, since it started. */
export const warehouseWaits = z.object({
  order: z.enum(['expected', 'arrival']).describe('shortest expected work first, or as they come'),
  waiting: z.int().describe('now'),
  running: z.int().describe('now'),
  statements: z.int(),
  putFirst: z.int().describe('started before one that had come earlier'),
  waitP50Ms: z.number(),
  waitP95Ms: z.number(),
  longestWaitMs: z.number(),
})
export type WarehouseWaits = z.infer<typeof warehouseWaits>

/** GET /api/warehouse */
export const warehouseSummary = z.object({
  mode: z.enum(['off', 'advise', 'approve', 'automatic']),
  sentence: z.string().describe('the answer in words'),
  seenFrom: moment.nullable(),
  seenUntil: moment.nullable(),
  statements: z.int(),
  statementsPerDay: z.number(),
  cpuMsPerDay: msPerDay,
  savedMsPerDay: msPerDay.describe('by what is applied, before upkeep'),
  upkeepMsPerDay: msPerDay,
  storageBytes: bytes,
  storageLimitBytes: bytes,
  templates: z.array(warehouseTemplate).describe('the dearest first'),
  actions: z.array(warehouseAction).describe('what waits for a word first, then by gain'),
  refusals: z.array(z.object({ kind: actionKind, target: z.string(), reason: z.string() })),
  waits: warehouseWaits.nullable().describe('null: nothing was asked since the server started'),
  command: z.string().describe('asks for advice anew'),
  runCommand: z.string().describe('runs the store, which asks its database'),
})
export type WarehouseSummary = z.infer<typeof warehouseSummary>

export const warehouseActionsRequest = z.strictObject({
  actionIds: z.array(id).min(1).max(100),
  by: person,
})
export type WarehouseActionsRequest = z.infer<typeof warehouseActionsRequest>

export const refuseActionRequest = z.strictObject({
  actionId: id,
  reason: z.string().trim().min(3).max(500),
  by: person,
})
export type RefuseActionRequest = z.infer<typeof refuseActionRequest>

export const templateOffRequest = z.strictObject({
  fingerprint: id,
  off: z.boolean(),
  by: person,
})
export type TemplateOffRequest = z.infer<typeof templateOffRequest>
