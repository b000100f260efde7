import { Ajv2020 } from 'ajv/dist/2020.js'
import type { LightMyRequestResponse as Response } from 'fastify'

interface Operation {
  readonly responses: Record<string, { content?: Record<string, { schema: unknown }> }>
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>
}

/** Checks replies against the OpenAPI document that the server itself hands out. */
export interface OpenApiValidator {
  /** `GET /api/store`, …: every operation of the document. */
  readonly operations: readonly string[]
  /** What is wrong with the reply, in words; empty where nothing is. */
  faultsOf(operation: string, reply: Response): readonly string[]
}

export function createValidator(document: unknown): OpenApiValidator {
  const { paths } = document as Document
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajv.addFormat('date', /^\d{4}-\d{2}-\d{2}$/)
  ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/)
  ajv.addSchema(document as object, 'openapi')
  return {
    operations: Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    ),
    faultsOf(operation, reply) {
      const [method = '', path = ''] = operation.split(' ')
      const responses = paths[path]?.[method.toLowerCase()]?.responses
      if (responses === undefined) return [`the document has no ${operation}`]
      const status = String(reply.statusCode) in responses ? String(reply.statusCode) : 'default'
      const type = String(reply.headers['content-type']).split(';', 1)[0] ?? ''
      if (responses[status]?.content?.[type] === undefined) {
        return [`${operation} ${reply.statusCode}: the document has no ${status} as ${type}`]
      }
      const pointer = ['paths', path, method.toLowerCase(), 'responses', status, 'content', type]
        .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
        .map(encodeURIComponent)
        .join('/')
      const validate = ajv.getSchema(`openapi#/${pointer}/schema`)
      if (validate === undefined) return [`the document has no ${pointer}`]
      validate(type === 'application/json' ? reply.json() : reply.body)
      return (validate.errors ?? []).map((error) => `${error.instancePath}: ${error.message}`)
    },
  }
}
