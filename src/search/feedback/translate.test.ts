import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { translateEvent } from './translate.ts'

const options = {
  now: 1000,
  inferQuery: (sessionId: string, productId: string) =>
    sessionId === 's1' && productId === 'P1' ? { queryId: 'q9', position: 4 } : undefined,
}

describe('events of other vocabularies', () => {
  it('reads our own', () => {
    const event = { kind: 'click', queryId: 'q', productId: 'P1', position: 2, sessionId: 's' }
    expect(translateEvent(event, options)).toEqual({ events: [{ ...event, at: 1000 }] })
  })

  it('reads User Behavior Insights', () => {
    const event = {
      action_name: 'purchase',
      query_id: 'q',
      timestamp: '1970-01-01T00:00:02Z',
      client_id: 'c',
      session_id: 's',
      event_attributes: { object: { object_id: 'P1' }, position: { ordinal: 3 } },
    }
    expect(translateEvent(event, options)).toEqual({
      events: [
        {
          kind: 'purchase',
          queryId: 'q',
          productId: 'P1',
          position: 3,
          at: 2000,
          sessionId: 's',
          customerId: 'c',
        },
      ],
    })
    expect(translateEvent({ ...event, action_name: 'scroll' }, options)).toHaveProperty('ignored')
  })

  it('reads Segment, joined by query_id or by session', () => {
    const clicked = {
      event: 'Product Clicked',
      anonymousId: 's1',
      properties: { product_id: 'P1', position: 2, query_id: 'q' },
    }
    expect(translateEvent(clicked, options)).toEqual({
      events: [
        { kind: 'click', queryId: 'q', productId: 'P1', position: 2, at: 1000, sessionId: 's1' },
      ],
    })
    const bought = {
      event: 'Order Completed',
      anonymousId: 's1',
      userId: 'u',
      properties: { order_id: 'o', products: [{ product_id: 'P1' }, { sku: 'P2' }, 7] },
    }
    expect(translateEvent(bought, options)).toEqual({
      events: [
        {
          kind: 'purchase',
          queryId: 'q9',
          productId: 'P1',
          position: 4,
          at: 1000,
          sessionId: 's1',
          customerId: 'u',
        },
      ],
    })
    const alone = { ...bought, anonymousId: 'other' }
    expect(translateEvent(alone, options)).toMatchObject({
      ignored: expect.stringContaining('query_id'),
    })
  })

  it('never throws and never lets a broken time through', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            'kind',
            'event',
            'action_name',
            'properties',
            'timestamp',
            'at',
            'queryId',
            'productId',
            'query_id',
            'event_attributes',
          ),
          fc.anything(),
        ),
        (event) => {
          const read = translateEvent(event, options)
          if ('events' in read)
            for (const { at } of read.events) expect(Number.isInteger(at)).toBe(true)
        },
      ),
    )
  })
})
