import type { KnownStatement, StatementSeen } from '../types.ts'

/** What one run of a statement took, as whoever ran it measured it. */
export type RunSeen = Omit<StatementSeen, 'fingerprint' | 'constants' | 'sql'>

/** Told of every statement that was asked. */
export interface Watcher {
  /** Synchronous: some µs. */
  observe(statement: KnownStatement, run: RunSeen): void
  /** Told what a statement took that nobody looked at. */
  passed?(run: Pick<RunSeen, 'cpuMs' | 'wallMs'>): void
  /** Told that a table changed, undefined: any of them: answers from before are of no use. */
  changed?(table: string | undefined): void
}
