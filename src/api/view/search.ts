import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { StorewrightError } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import type { NewEvent } from '../../ledger/index.ts'
import {
  compareConfigurations,
  listVersions,
  openSearchService,
  prepareForStore,
  readJudgments,
  readQuerySet,
  readSearchLog,
  requireStore,
  type SearchService,
  searchJudged,
  searchRefreshSeconds,
  searchReportOf,
  searchRuled,
  searchSwitched,
  searchTrainingDays,
  storeSettings,
  switchVersion,
  withDatabase,
  withLedger,
} from '../../loop/index.ts'
import type { SearchView } from '../search-view.ts'
import { compareReplyOf } from './search-compare.ts'
import { searchReportReply } from './search-report.ts'
import { shopMethods } from './search-shop.ts'
import { searchStatusReply } from './search-status.ts'

export interface SearchViewOptions {
  /** Epoch ms now. */
  readonly clock: () => number
  /** Told where a search could not be logged. */
  readonly onFailure?: (error: unknown) => void
}

/**
 * The search of a store folder behind the HTTP API. It is opened with the first request, and again
 * when other models are in force or products changed; requests under way keep what they have.
 */
export function createSearchView(folder: string, options: SearchViewOptions): SearchView {
  const running = createRunning(folder, options)
  const days = () => readKnob(searchTrainingDays, storeSettings(folder).knobs)
  const judgmentsOf = async (query: string) => {
    const service = await running.now()
    const textOf = (raw: string) => service.engine.parts.index.analyze(raw).text
    const all = await withDatabase(folder, 'read', (db) =>
      withLedger(folder, (ledger) => readJudgments(db, ledger)),
    )
    const wanted = textOf(query)
    return { judgments: all.filter((one) => textOf(one.query) === wanted) }
  }
  const statusNow = async () => {
    const service = await running.now()
    const versions = await withDatabase(folder, 'read', (db) => listVersions(db, 'search'))
    return searchStatusReply(service, versions, `storewright search train --store ${folder}`)
  }
  const append = async (event: NewEvent) => {
    await withLedger(folder, (ledger) => ledger.append([event]))
    running.forget()
  }
  return {
    ...shopMethods(() => running.now()),
    status: statusNow,
    async report() {
      const service = await running.now()
      await service.flush()
      const log = await withDatabase(folder, 'read', (db) =>
        withLedger(folder, (ledger) => readSearchLog(db, ledger, days())),
      )
      return searchReportReply(searchReportOf(log), service)
    },
    judgments: judgmentsOf,
    async judge({ query, productId, grade, by }) {
      const service = await running.now()
      if (service.engine.parts.index.docOf(productId) < 0) {
        throw new StorewrightError('ERR_NOT_FOUND', `the catalogue has no product ${productId}`)
      }
      const text = service.engine.parts.index.analyze(query).text
      await withLedger(folder, (ledger) =>
        ledger.append([searchJudged.of('search.judged', { query: text, productId, grade, by })]),
      )
      return judgmentsOf(query)
    },
    async compare({ left, right, queries: set, size }) {
      const service = await running.now()
      const queries = await withDatabase(folder, 'read', (db) =>
        withLedger(folder, (ledger) =>
          readQuerySet(db, ledger, service, { set, days: days(), most: size }),
        ),
      )
      return compareReplyOf(await compareConfigurations(service, queries, left, right), left, right)
    },
    async rules() {
      const { rules } = await running.now()
      return ruleListOf(rules)
    },
    async setRules({ rules, by }) {
      const service = await running.now()
      const prepared = prepareForStore(rules, service.engine.parts.index)
      // Checked by the schema and by prepareForStore: plain JSON.
      await append(searchRuled.of('search.ruled', { rules: JSON.parse(JSON.stringify(rules)), by }))
      return ruleListOf(prepared)
    },
    async switch({ version, policy, by }) {
      if (version !== undefined) {
        await withDatabase(folder, 'write', (db) => switchVersion(db, 'search', version))
      }
      await append(
        searchSwitched.of('search.switched', {
          ...(version === undefined ? {} : { version }),
          ...(policy === undefined ? {} : { policy }),
          by,
        }),
      )
      return statusNow()
    },
    close: () => running.close(),
  }
}

function ruleListOf({ rules, prepared }: SearchService['rules']) {
  // Rules that were read back are what the schema took.
  return { rules: JSON.parse(JSON.stringify(rules)), conflicts: [...prepared.conflicts] }
}

interface Running {
  /** The service in force; opened where there is none, or other models are in force. */
  now(): Promise<SearchService>
  /** The next request opens the service anew. */
  forget(): void
  close(): Promise<void>
}

function createRunning(folder: string, { clock, onFailure }: SearchViewOptions): Running {
  const file = requireStore(folder).database
  let opened: Promise<SearchService> | undefined
  let stamp = ''
  let lookedAt = Number.NEGATIVE_INFINITY
  const refreshMs = 1000 * readKnob(searchRefreshSeconds, storeSettings(folder).knobs)
  const open = async (): Promise<SearchService> => {
    const before = opened
    const next = openSearchService(folder, {
      clock,
      ticks: () => performance.now(),
      makeId: randomUUID,
      ...(onFailure === undefined ? {} : { onFailure }),
    })
    opened = next
    try {
      const service = await next
      // Requests under way have finished with it by the time its ledger is closed.
      void before?.then((old) => old.close()).catch(() => undefined)
      return service
    } catch (error) {
      if (opened === next) opened = undefined
      throw error
    }
  }
  return {
    async now() {
      if (performance.now() - lookedAt >= refreshMs || opened === undefined) {
        lookedAt = performance.now()
        const { mtimeMs, size } = statSync(file)
        const found = `${mtimeMs} ${size}`
        if (opened === undefined || found !== stamp) {
          stamp = found
          return open()
        }
      }
      return opened
    },
    forget() {
      stamp = ''
      lookedAt = Number.NEGATIVE_INFINITY
    },
    async close() {
      await (await opened?.catch(() => undefined))?.close()
    },
  }
}
