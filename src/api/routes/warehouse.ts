import type { ApiInstance } from '../instance.ts'
import {
  refuseActionRequest,
  templateOffRequest,
  warehouseActionsRequest,
  warehouseSummary,
} from '../schemas/warehouse.ts'
import type { WarehouseView } from '../warehouse-view.ts'
import { replies } from './replies.ts'

/** The Warehouse page: what is asked of the store's database, and what betters it. */
export function addWarehouseRoutes(app: ApiInstance, warehouse: WarehouseView): void {
  const tags = ['warehouse']
  app.route({
    method: 'GET',
    url: '/api/warehouse',
    schema: {
      operationId: 'getWarehouse',
      tags,
      summary: 'What is asked of the store’s database, what was changed for it and what it saves',
      response: replies(warehouseSummary),
    },
    handler: () => warehouse.summary(),
  })
  app.route({
    method: 'POST',
    url: '/api/warehouse/actions/apply',
    schema: {
      operationId: 'applyWarehouseActions',
      tags,
      summary: 'Makes what actions propose, each whole or not at all',
      body: warehouseActionsRequest,
      response: replies(warehouseSummary),
    },
    handler: ({ body }) => warehouse.apply(body),
  })
  app.route({
    method: 'POST',
    url: '/api/warehouse/actions/undo',
    schema: {
      operationId: 'undoWarehouseActions',
      tags,
      summary: 'Unmakes what actions made',
      body: warehouseActionsRequest,
      response: replies(warehouseSummary),
    },
    handler: ({ body }) => warehouse.undo(body),
  })
  app.route({
    method: 'POST',
    url: '/api/warehouse/actions/refuse',
    schema: {
      operationId: 'refuseWarehouseAction',
      tags,
      summary: 'Refuses an action, with a reason; it is not proposed again',
      body: refuseActionRequest,
      response: replies(warehouseSummary),
    },
    handler: ({ body }) => warehouse.refuse(body),
  })
  app.route({
    method: 'POST',
    url: '/api/warehouse/templates/off',
    schema: {
      operationId: 'setWarehouseTemplateOff',
      tags,
      summary: 'Turns tuning off, or on again, for the statements of a template',
      body: templateOffRequest,
      response: replies(warehouseSummary),
    },
    handler: ({ body }) => warehouse.setOff(body),
  })
}
