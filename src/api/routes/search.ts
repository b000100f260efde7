import type { ApiInstance } from '../instance.ts'
import {
  feedbackReply,
  feedbackRequest,
  rankQuery,
  rankReply,
  rankRequest,
  searchReply,
  searchRequest,
  suggestReply,
  suggestRequest,
} from '../schemas/search.ts'
import {
  compareReply,
  compareRequest,
  judgeRequest,
  judgmentList,
  judgmentsQuery,
  ruleList,
  rulesRequest,
  searchReport,
  searchStatus,
  switchRequest,
} from '../schemas/search-report.ts'
import type { SearchView } from '../search-view.ts'
import { replies } from './replies.ts'

/** Search as a shop's pages use it, and what the console asks of it. */
export function addSearchRoutes(app: ApiInstance, search: SearchView): void {
  addShopRoutes(app, search)
  addReadRoutes(app, search)
  addChangeRoutes(app, search)
}

function addShopRoutes(app: ApiInstance, search: SearchView): void {
  app.route({
    method: 'POST',
    url: '/search',
    config: { need: 'shop' },
    schema: {
      operationId: 'search',
      tags: ['search'],
      summary: 'Products that answer a query, best first, with facets and which arms brought them',
      body: searchRequest,
      response: replies(searchReply),
    },
    // What goes out is what the types say; parsing the hundreds of parts of each reply again costs as
    // much as a tenth of the search. Tests hold replies to the document.
    serializerCompiler: () => JSON.stringify,
    handler: ({ body }) => search.search(body),
  })
  app.route({
    method: 'POST',
    url: '/suggest',
    config: { need: 'shop' },
    schema: {
      operationId: 'suggest',
      tags: ['search'],
      summary: 'Completions of what is being typed',
      body: suggestRequest,
      response: replies(suggestReply),
    },
    handler: ({ body }) => search.suggest(body),
  })
  app.route({
    method: 'POST',
    url: '/feedback',
    config: { need: 'shop' },
    schema: {
      operationId: 'feedback',
      tags: ['search'],
      summary: 'What customers did with results: our own, User Behavior Insights or Segment events',
      body: feedbackRequest,
      response: replies(feedbackReply),
    },
    handler: ({ body }) => search.feedback(body),
  })
  app.route({
    method: 'POST',
    url: '/rank',
    config: { need: 'shop' },
    schema: {
      operationId: 'rank',
      tags: ['search'],
      summary: 'Given products in the order of a query; explain=true adds what each feature adds',
      querystring: rankQuery,
      body: rankRequest,
      response: replies(rankReply),
    },
    handler: ({ body, query: { explain } }) => search.rank(body, { explain }),
  })
}

function addReadRoutes(app: ApiInstance, search: SearchView): void {
  app.route({
    method: 'GET',
    url: '/api/search/status',
    schema: {
      operationId: 'getSearchStatus',
      tags: ['search'],
      summary: 'Which models answer, what the policy does, and what the ranking looks at',
      response: replies(searchStatus),
    },
    handler: () => search.status(),
  })
  app.route({
    method: 'GET',
    url: '/api/search/report',
    schema: {
      operationId: 'getSearchReport',
      tags: ['search'],
      summary: 'Click-through by day, queries without results or clicks, what each arm brings',
      response: replies(searchReport),
    },
    handler: () => search.report(),
  })
  app.route({
    method: 'GET',
    url: '/api/search/judgments',
    schema: {
      operationId: 'listJudgments',
      tags: ['search'],
      summary: 'How people judged the results of a query',
      querystring: judgmentsQuery,
      response: replies(judgmentList),
    },
    handler: ({ query: { query } }) => search.judgments(query),
  })
  app.route({
    method: 'GET',
    url: '/api/search/rules',
    schema: {
      operationId: 'listSearchRules',
      tags: ['search'],
      summary: 'Business rules, and which of them cannot be met together',
      response: replies(ruleList),
    },
    handler: () => search.rules(),
  })
}

function addChangeRoutes(app: ApiInstance, search: SearchView): void {
  app.route({
    method: 'POST',
    url: '/api/search/judgments',
    schema: {
      operationId: 'judge',
      tags: ['search'],
      summary: 'Takes down how well a product answers a query',
      body: judgeRequest,
      response: replies(judgmentList),
    },
    handler: ({ body }) => search.judge(body),
  })
  app.route({
    method: 'POST',
    url: '/api/search/compare',
    config: { need: 'read' },
    schema: {
      operationId: 'compareSearch',
      tags: ['search'],
      summary: 'Two configurations over a set of queries: wins, losses, and the difference',
      body: compareRequest,
      response: replies(compareReply),
    },
    handler: ({ body }) => search.compare(body),
  })
  app.route({
    method: 'POST',
    url: '/api/search/rules',
    schema: {
      operationId: 'setSearchRules',
      tags: ['search'],
      summary: 'Replaces all business rules',
      body: rulesRequest,
      response: replies(ruleList),
    },
    handler: ({ body }) => search.setRules(body),
  })
  app.route({
    method: 'POST',
    url: '/api/search/switch',
    schema: {
      operationId: 'switchSearch',
      tags: ['search'],
      summary: 'Goes to other models, or switches the learned policy off or on',
      body: switchRequest,
      response: replies(searchStatus),
    },
    handler: ({ body }) => search.switch(body),
  })
}
