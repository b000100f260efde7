import type { SearchService } from '../../loop/index.ts'
import type { SearchView } from '../search-view.ts'
import { filtersOf } from './search-filters.ts'
import { searchReplyOf } from './search-page.ts'

/** What a shop's pages ask: search, suggest, feedback, rank, over the service that `now` gives. */
export function shopMethods(
  now: () => Promise<SearchService>,
): Pick<SearchView, 'search' | 'suggest' | 'feedback' | 'rank'> {
  return {
    async search(request) {
      const service = await now()
      const filters = filtersOf(request.filters)
      const { sessionId, customerId } = request
      await service.prepare([request.query])
      const served = service.search({
        text: request.query,
        from: request.from,
        size: request.size,
        filters,
        sort: request.sort.map(({ field, order }) => ({ field, order })),
        unfinished: request.unfinished,
        explain: request.explain,
        configuration: request.configuration,
        log: request.log,
        asker: service.askerOf({
          ...(sessionId === undefined ? {} : { sessionId }),
          ...(customerId === undefined ? {} : { customerId }),
        }),
      })
      return searchReplyOf(service, served, request, filters)
    },
    async suggest({ text, size }) {
      const service = await now()
      const began = performance.now()
      const suggestions = service.suggester.suggest(text, size).map((one) => ({
        text: one.text,
        kind: one.kind,
        field: one.field ?? null,
        productId: one.productId ?? null,
      }))
      return { suggestions, milliseconds: performance.now() - began }
    },
    async feedback(request) {
      const service = await now()
      const began = performance.now()
      const events = 'events' in request ? request.events : [request]
      const { accepted, ignored } = await service.feedback(
        events as readonly Record<string, unknown>[],
      )
      return {
        status: 'ok',
        accepted,
        ignored: [...ignored],
        milliseconds: performance.now() - began,
      }
    },
    async rank({ query, items, user, session, configuration }, { explain }) {
      const service = await now()
      const began = performance.now()
      const { index } = service.engine.parts
      const docs = items.map(({ id }) => index.docOf(id))
      const known = Int32Array.from(new Set(docs.filter((doc) => doc >= 0)))
      await service.prepare([query])
      const answer = service.rank(
        {
          text: query,
          explain,
          configuration,
          asker: service.askerOf({
            ...(session === undefined ? {} : { sessionId: session }),
            ...(user === undefined ? {} : { customerId: user }),
          }),
        },
        known,
      )
      return {
        took: performance.now() - began,
        items: answer.items.map(({ id, score, why }) => ({
          item: id,
          score,
          features: (why ?? []).map(({ feature, value, contribution }) => ({
            name: feature,
            value: Number.isFinite(value) ? value : null,
            contribution,
          })),
        })),
        unknown: items.filter((_, i) => docs[i]! < 0).map(({ id }) => id),
      }
    },
  }
}
