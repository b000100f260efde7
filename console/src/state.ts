import { computed, signal } from '@preact/signals'
import type { BuyingLine, BuyingPlan } from '../../src/api/schemas/buying.ts'
import type { Page } from './address.ts'
import { api } from './api.ts'
import { createResource, createResources } from './resource.ts'
import { param } from './router.ts'
import {
  formatDate,
  formatMoment,
  formatMoney,
  formatMoneyBrief,
  formatMoneyChange,
  formatMoneyRange,
  formatPrice,
} from './text/format.ts'

export const store = createResource(api.store)
export const summary = createResource(api.demandSummary)
export const plan = createResource(api.buying)
export const outcome = createResource(api.outcome)
export const decisions = createResource(api.decisions)
export const productDetails = createResources(api.product)
export const productWhys = createResources(api.productWhy)
export const segments = createResource(api.segments)
export const calibrations = createResources(api.calibration)
export const eventLists = createResources(api.events)
export const groupLists = createResources(api.groups)
export const groupDetails = createResources(api.group)
export const lostSales = createResource(api.lostSales)
export const lineDetails = createResources(api.line)

export const searchReport = createResource(api.searchReport)
export const searchStatus = createResource(api.searchStatus)
export const searchRules = createResource(api.searchRules)

/** By version of the regions; '' = those in force. */
export const networks = createResources(api.network)

export const ordersSummary = createResource(api.ordersSummary)

/** By site; '' = all of them. */
export const stockSummaries = createResources(api.stockSummary)

export const loadSummary = createResource(api.loadSummary)

export const warehouse = createResource(api.warehouse)

export const currency = computed(() => store.data.value?.currency ?? 'GBP')
const year = computed(() => {
  const asOf = store.data.value?.asOf
  return asOf == null ? undefined : Number(asOf.slice(0, 4))
})

/** Cents as money of the store. */
export const money = (cents: number): string => formatMoney(cents, currency.value)
export const moneyChange = (cents: number): string => formatMoneyChange(cents, currency.value)
/** A price to the cent, as a customer sees it. */
export const price = (cents: number): string => formatPrice(cents, currency.value)
/** Money in a cell that has little room. */
export const moneyBrief = (cents: number): string => formatMoneyBrief(cents, currency.value)
export const moneyRange = (low: number, high: number, brief = false): string =>
  formatMoneyRange(low, high, currency.value, { brief })
/** A day, with its year only where it is not the year of the data. */
export const date = (iso: string): string => formatDate(iso, year.value)
export const moment = (iso: string): string => formatMoment(iso, year.value)

/** Whether quantities are shown as money. */
export const inMoney = computed(() => param('show') === 'money')

const NAME_KEY = 'storewright-name'
const ownName = signal(localStorage.getItem(NAME_KEY))

/** The name that decisions are signed with. */
export const actor = computed(() => ownName.value ?? store.data.value?.actor ?? 'console')

export function setActor(name: string): void {
  ownName.value = name
  localStorage.setItem(NAME_KEY, name)
}

/** Asks for what a page shows, before the page itself is drawn. */
export function preload(page: Page): void {
  const stock = { load: () => stockSummaries.of(param('site') ?? '').load() }
  const network = { load: () => networks.of(param('regions') ?? '').load() }
  void {
    ...{ demand: summary, buying: plan, search: searchReport, outcome, network },
    ...{ orders: ordersSummary, stock, load: loadSummary, warehouse },
  }[page].load()
}

/** Puts lines that the server changed into the plan. */
export function putLines(changed: readonly BuyingLine[]): void {
  const known = plan.data.peek()
  if (known === undefined) return
  const byId = new Map(changed.map((line) => [line.lineId, line]))
  const lines = known.lines.map((line) => byId.get(line.lineId) ?? line)
  plan.set({ ...known, lines } satisfies BuyingPlan)
  for (const line of changed) lineDetails.reload(line.lineId)
  if (decisions.data.peek() !== undefined) void decisions.load()
}
