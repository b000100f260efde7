import type { ArmRequest, Union } from '../arms/arm.ts'
import type { Candidates, DocSet } from '../index/types.ts'
import type { PolicyChoice, PolicyRequest } from '../policy/door.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import type { FeatureContext } from '../ranker/feature.ts'
import { docSetOf } from '../values/door.ts'
import { explainFusion, fuseRanks } from './fuse.ts'
import type {
  ArmReport,
  Arranged,
  Contribution,
  EngineAnswer,
  EngineArm,
  EngineItem,
  EngineParts,
  EngineRequest,
  RankingModel,
} from './types.ts'
import { type Brought, createJoiner } from './union.ts'

/** A store's search: arms chosen by the policy, one ranking over what they bring, then the rules. */
export interface SearchEngine {
  readonly parts: EngineParts
  /** Reads, retrieves, ranks and arranges. Throws ERR_ARGUMENT on an unknown filter field alone. */
  search(request: EngineRequest): EngineAnswer
  /** Scores given documents as a search would, with every arm's say. */
  rank(request: Omit<EngineRequest, 'from' | 'size'>, docs: Int32Array): EngineAnswer
}

/** An engine of these parts. It keeps scratch memory only: the same request, the same answer. */
export function createSearchEngine(parts: EngineParts): SearchEngine {
  const join = createJoiner()
  const byName = new Map(parts.arms.map((one) => [one.arm.name, one]))
  const offers = parts.arms.map(({ arm, source, costMs, defaultCount }) => ({
    name: arm.name,
    source,
    costMs,
    defaultCount,
  }))

  const read = (request: Omit<EngineRequest, 'from' | 'size'>): AnalyzedQuery => {
    const { unfinished = false } = request
    const query = parts.index.analyze(request.text, { unfinished })
    return parts.reader === undefined
      ? query
      : { ...query, interpretations: parts.reader.read(query) }
  }
  const choose = (request: Omit<EngineRequest, 'from' | 'size'>, query: AnalyzedQuery) => {
    const { asker, signals, now, seed } = request
    const policy = request.configuration === 'default' ? parts.defaultPolicy : parts.policy
    const asked: PolicyRequest = {
      query,
      arms: offers,
      now,
      seed,
      ...(asker === undefined ? {} : { asker }),
      ...(signals === undefined ? {} : { signals }),
    }
    return policy.choose(asked)
  }
  const answer = (
    request: EngineRequest,
    query: AnalyzedQuery,
    choice: PolicyChoice,
    { brought, times }: Retrieved,
  ): EngineAnswer => {
    const union = join(brought, parts.index.capacity)
    const context = contextOf(parts, request, query, union)
    const ranked = rankUnion(parts, request, context)
    const arranged = parts.arrange?.(ranked, query) ?? { ...ranked, rules: new Map() }
    const { shares, propensity, defaultPropensity, explored, reasons, seen } = choice
    return {
      query,
      items: itemsOf(parts, request, context, arranged),
      arms: reportsOf(shares, byName, union, times),
      shares,
      choice: choice.choice,
      propensity,
      defaultPropensity,
      explored,
      reasons,
      seen,
      candidates: union.docs,
    }
  }

  return {
    parts,
    search(request) {
      const query = read(request)
      const { filters = [] } = request
      const allowed = filters.length === 0 ? undefined : parts.index.filter(filters)
      const choice = choose(request, query)
      // A page beyond the usual candidates asks more of the first arm.
      const reach = request.from + request.size
      const retrieved = retrieve(parts, choice, byName, query, request, allowed, reach)
      return answer(request, query, choice, retrieved)
    },
    rank(request, docs) {
      const query = read(request)
      const choice = choose(request, query)
      const allowed = docSetOf(docs, parts.index.capacity)
      const shares = parts.arms.map(({ arm }) => ({ arm: arm.name, count: docs.length }))
      const all = { ...choice, shares }
      const retrieved = retrieve(parts, all, byName, query, request, allowed, docs.length)
      // Documents that no arm brings are ranked too: an arm of its own names them all.
      const given = { docs, scores: new Float32Array(docs.length) }
      const brought = [...retrieved.brought, { name: GIVEN, candidates: given }]
      const full = { ...request, from: 0, size: docs.length }
      return answer(full, query, all, { brought, times: retrieved.times })
    },
  }
}

/** Name of the documents handed in by a caller, beside what arms bring. */
const GIVEN = 'given'

interface Retrieved {
  readonly brought: readonly Brought[]
  /** Milliseconds by share. */
  readonly times: readonly number[]
}

function retrieve(
  { clock, arms }: EngineParts,
  { shares }: PolicyChoice,
  byName: ReadonlyMap<string, EngineArm>,
  query: AnalyzedQuery,
  { asker, now, seed }: Omit<EngineRequest, 'from' | 'size'>,
  allowed: DocSet | undefined,
  reach: number,
): Retrieved {
  const brought: Brought[] = []
  const times: number[] = []
  const first = shares[0]?.arm ?? arms[0]?.arm.name
  for (const { arm: name, count } of shares) {
    const request: ArmRequest = {
      query,
      count: name === first ? Math.max(count, reach) : count,
      now,
      seed,
      ...(allowed === undefined ? {} : { allowed }),
      ...(asker === undefined ? {} : { asker }),
    }
    const began = clock?.() ?? 0
    brought.push({ name, candidates: byName.get(name)!.arm.retrieve(request) })
    times.push((clock?.() ?? 0) - began)
  }
  return { brought, times }
}

function contextOf(
  { index }: EngineParts,
  { asker, now }: EngineRequest,
  query: AnalyzedQuery,
  union: Union,
): FeatureContext {
  return { index, query, union, now, ...(asker === undefined ? {} : { asker }) }
}

/** All documents of the union, best first; equal scores by product id. */
function rankUnion(
  parts: EngineParts,
  { configuration }: EngineRequest,
  context: FeatureContext,
): Candidates {
  const { docs } = context.union
  const model = configuration === 'default' ? undefined : parts.ranker
  const scores = model?.score(context) ?? fuseRanks(context.union, parts.index.quality())
  const order = new Uint32Array(docs.length)
  for (let place = 0; place < order.length; place++) order[place] = place
  order.sort((a, b) => {
    if (scores[a] !== scores[b]) return scores[b]! - scores[a]!
    return parts.index.isBefore(docs[a]!, docs[b]!) ? -1 : 1
  })
  const ranked = { docs: new Int32Array(order.length), scores: new Float32Array(order.length) }
  for (let i = 0; i < order.length; i++) {
    ranked.docs[i] = docs[order[i]!]!
    ranked.scores[i] = scores[order[i]!]!
  }
  return ranked
}

function itemsOf(
  parts: EngineParts,
  { from, size, explain, configuration }: EngineRequest,
  context: FeatureContext,
  { docs, scores, rules }: Arranged,
): EngineItem[] {
  const { union } = context
  const page = Array.from(docs.subarray(from, from + size))
  const places = page.map((doc) => placeOf(union.docs, doc))
  const model = configuration === 'default' ? undefined : parts.ranker
  const known = places.filter((place) => place >= 0)
  const reasons = explain === true ? reasonsOf(parts, model, context, known) : []
  let explained = 0
  return page.map((doc, i) => {
    const place = places[i]!
    const rule = rules.get(doc)
    const why = place >= 0 ? reasons[explained++] : undefined
    return {
      doc,
      id: parts.index.idOf(doc)!,
      position: from + i + 1,
      score: scores[from + i]!,
      arms: place < 0 ? [] : armsOf(union, place),
      ...(rule === undefined ? {} : { rule }),
      ...(why === undefined ? {} : { why }),
    }
  })
}

/** For each place of the union, parts that sum to its score: of the model, or of the fused ranks. */
function reasonsOf(
  { arms, index }: EngineParts,
  model: RankingModel | undefined,
  context: FeatureContext,
  places: readonly number[],
): readonly (readonly Contribution[])[] {
  if (model !== undefined) return model.explain(context, places)
  const abouts = new Map(arms.map(({ arm }) => [arm.name, arm.about]))
  const aboutOf = (arm: string) => abouts.get(arm) ?? 'handed in by the caller'
  return explainFusion(context.union, index.quality(), places, aboutOf)
}

function armsOf({ arms }: Union, place: number): EngineItem['arms'] {
  const found: { arm: number; rank: number; score: number }[] = []
  arms.forEach(({ name, ranks, scores }, arm) => {
    if (name === GIVEN || !(ranks[place]! > 0)) return
    found.push({ arm, rank: ranks[place]!, score: scores[place]! })
  })
  return found
}

/** Place of a document in the rising list, or −1. */
function placeOf(docs: Int32Array, doc: number): number {
  let low = 0
  let high = docs.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (docs[middle] === doc) return middle
    if (docs[middle]! < doc) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function reportsOf(
  shares: EngineAnswer['shares'],
  byName: ReadonlyMap<string, EngineArm>,
  union: Union,
  times: readonly number[],
): ArmReport[] {
  const bringers = new Int32Array(union.docs.length)
  for (const { name, ranks } of union.arms) {
    if (name === GIVEN) continue
    for (let i = 0; i < ranks.length; i++) if (ranks[i]! > 0) bringers[i]! += 1
  }
  return shares.map(({ arm, count }, i) => {
    let brought = 0
    let alone = 0
    union.arms[i]!.ranks.forEach((rank, place) => {
      if (!(rank > 0)) return
      brought++
      if (bringers[place] === 1) alone++
    })
    const { about } = byName.get(arm)!.arm
    return { name: arm, about, asked: count, brought, alone, milliseconds: times[i]! }
  })
}
