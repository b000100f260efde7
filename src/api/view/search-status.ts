import {
  describeSearchNote,
  type SearchNote,
  type SearchService,
  type Version,
} from '../../loop/index.ts'
import type { SearchStatus } from '../schemas/search-report.ts'
import { usualFacets } from './search-facets.ts'

/** What a running search is made of, as the reply of GET /api/search/status. */
export function searchStatusReply(
  service: SearchService,
  versions: readonly Version[],
  command: string,
): SearchStatus {
  const { index } = service.engine.parts
  const facets = new Set(usualFacets(index))
  const { version, note } = service
  return {
    sentence: sentenceOf(service),
    products: index.size,
    fields: index.fields.map(({ name, role }) => ({ name, role, facet: facets.has(name) })),
    version,
    versions: versions.map((one) => ({
      version: one.version,
      madeAt: new Date(one.createdAt).toISOString(),
      sentence: describeSearchNote(JSON.parse(one.note) as SearchNote),
      current: one.version === version,
    })),
    policy: policyOf(service),
    ranker: rankerOf(note),
    command,
  }
}

function sentenceOf({ version, note, engine }: SearchService): string {
  const products = engine.parts.index.size.toLocaleString('en')
  if (version === 0 || note === undefined) {
    return `${products} products can be searched by their words; nothing has been learned from customers yet.`
  }
  return `${products} products can be searched. ${describeSearchNote(note)}`
}

function policyOf({ policy, policyOn }: SearchService): SearchStatus['policy'] {
  const report = policy.report()
  const notes = report.notes.join(' ')
  const states = {
    default: 'It answers the static default until it has seen enough of it.',
    exploring: `It tries other arms on at most ${(100 * report.exploredCap).toFixed(0)} % of searches.`,
    proven: 'It has proven better than the static default.',
    retreated: 'It has retreated to the static default.',
  }
  return {
    on: policyOn,
    retreated: report.state === 'retreated',
    explored: report.exploredCap,
    sentence: policyOn
      ? `${states[report.state]} Learned from ${report.learned.toLocaleString('en')} searches.${notes === '' ? '' : ` ${notes}`}`
      : 'The learned policy is switched off: the static default answers.',
  }
}

function rankerOf(note: SearchNote | undefined): SearchStatus['ranker'] {
  const importance = note?.report.importance
  return importance === undefined || importance.length === 0 ? null : { features: [...importance] }
}
