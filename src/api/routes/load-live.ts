import type { ApiInstance } from '../instance.ts'
import type { LoadView } from '../load-view.ts'
import { liveEvent, metricsReply, metricsRequest, replayRequest } from '../schemas/load.ts'
import { replies } from './replies.ts'

const tags = ['load']

/** Events as they are followed: the last one, the one that is on, a replay, and metrics that are pushed. */
export function addLiveRoutes(app: ApiInstance, load: LoadView): void {
  app.route({
    method: 'GET',
    url: '/api/load/live',
    schema: {
      operationId: 'getLiveEvent',
      tags,
      summary: 'The last event as it was followed, and the one that is followed now',
      response: replies(liveEvent),
    },
    handler: () => load.live(),
  })
  app.route({
    method: 'POST',
    url: '/api/load/live/replay',
    schema: {
      operationId: 'replayEvent',
      tags,
      summary: 'Plays the last event again as if it came live, so many times as fast',
      body: replayRequest.strict(),
      response: replies(liveEvent),
    },
    handler: ({ body }) => load.replay(body),
  })
  app.route({
    method: 'POST',
    url: '/api/load/live/stop',
    schema: {
      operationId: 'stopReplay',
      tags,
      summary: 'Ends a replay: what is configured is followed again',
      response: replies(liveEvent),
    },
    handler: () => load.stopReplay(),
  })
  app.route({
    method: 'POST',
    url: '/api/load/metrics',
    schema: {
      operationId: 'pushMetrics',
      tags,
      summary: 'Takes OpenTelemetry metrics as JSON in, for the event that is followed',
      body: metricsRequest,
      response: replies(metricsReply),
    },
    handler: ({ body }) => load.pushMetrics(body),
  })
}
