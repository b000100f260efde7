export { defineEvent, type EventType, listEventTypes } from './event-types.ts'
export { type JetStreamLedgerOptions, openJetStreamLedger } from './jetstream-ledger.ts'
export type {
  Appended,
  AppendOptions,
  Cause,
  Json,
  Ledger,
  LedgerEvent,
  LedgerOptions,
  NewEvent,
  ReadOptions,
  TailOptions,
} from './ledger.ts'
export { openLedger } from './lmdb-ledger.ts'
export { createMemoryLedger } from './memory-ledger.ts'
export { readPages } from './pages.ts'
export { subjectOf } from './subjects.ts'
