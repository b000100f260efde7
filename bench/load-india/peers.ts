import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadEvent, LoadHistory } from '../../src/load/index.ts'
import type { Judged } from './score.ts'

const PROGRAM = new URL('../peers/load_long.py', import.meta.url).pathname

/** Forecasts of `count` steps by each peer and region, and what they took in CPU seconds. */
export interface PeerForecasts {
  readonly forecasts: ReadonlyMap<string, ReadonlyMap<string, Judged>>
  readonly cpuSeconds: Readonly<Record<string, number>>
}

/** Runs Prophet and MSTL in `python` on the same histories and events. */
export function runPeers(
  python: string,
  trains: readonly LoadHistory[],
  events: readonly LoadEvent[],
  count: number,
): PeerForecasts {
  const folder = mkdtempSync(join(tmpdir(), 'load-peers-'))
  try {
    writeRows(folder, trains)
    const days = events.map(({ kind, startMs, endMs }) => {
      return `${kind},${iso(startMs)},${Math.max(0, Math.round((endMs - startMs) / 86_400_000) - 1)}`
    })
    writeFileSync(join(folder, 'events.csv'), `${['kind,ds,further', ...days].join('\n')}\n`)
    const said = execFileSync(python, [PROGRAM, folder, String(count)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const cpuSeconds = JSON.parse(said.trim().split('\n').at(-1)!) as Record<string, number>
    const forecasts = new Map(
      Object.keys(cpuSeconds).map((peer) => [peer, readPeer(join(folder, `${peer}.csv`))]),
    )
    return { forecasts, cpuSeconds }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

function writeRows(folder: string, trains: readonly LoadHistory[]): void {
  const lines = ['unique_id,ds,y']
  for (const { group, axis, values } of trains) {
    values.forEach((y, t) => {
      if (Number.isNaN(y)) return
      lines.push(`${group['region']},${iso(axis.startMs + t * axis.stepMs)},${y}`)
    })
  }
  writeFileSync(join(folder, 'rows.csv'), `${lines.join('\n')}\n`)
}

function readPeer(file: string): Map<string, Judged> {
  const columns = new Map<string, number[][]>()
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [id, ...numbers] = line.split(',')
    const own = columns.get(id!) ?? numbers.map((): number[] => [])
    numbers.forEach((value, k) => {
      own[k]!.push(Number(value))
    })
    columns.set(id!, own)
  }
  return new Map(
    [...columns].map(([id, [point, q05, q10, q90, q95]]) => {
      return [id, { point: point!, bands: { q05: q05!, q10: q10!, q90: q90!, q95: q95! } }]
    }),
  )
}
