import { textOr } from '../../../core/http/answer-fields.ts'
import { RestRefusal, type RestTiming } from '../../../core/http/rest-call.ts'
import { RestClient } from '../../../core/http/rest-client.ts'

export type MlflowConnection = RestTiming & {
  /** Of the server, as MLFLOW_TRACKING_URI has it. */
  readonly address: string
  /** Value of the header `authorization`. Absent: the server asks nobody who comes. */
  readonly authorization?: string
  readonly secrets?: readonly string[]
}

/** An MLflow server. */
export function mlflowClient({ address, authorization, ...rest }: MlflowConnection): RestClient {
  return new RestClient({
    ...rest,
    place: 'mlflow',
    address,
    ...(authorization === undefined ? {} : { authorization: async () => authorization }),
    setting: { name: '--registry', example: 'http://127.0.0.1:5000' },
    remedies: {
      401: CREDENTIALS,
      403: CREDENTIALS,
      404: 'Check the path in --registry: MLflow’s API is below it.',
    },
    unavailable: 'Check --registry and the way to the server; `mlflow server` starts one.',
    errorText: mlflowErrorText,
  })
}

const CREDENTIALS =
  'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, to those of somebody who may edit the model.'

/** `CODE: message`, as MLflow and Databricks say it. */
export function mlflowErrorText(body: unknown): string | null {
  const [code, message] = [textOr(body, 'error_code'), textOr(body, 'message')]
  return code === '' && message === '' ? null : [code, message].filter((part) => part !== '').join(': ')
}

/** Whether a refusal says that the thing is not there. A missing alias has no code of its own at an MLflow server. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof RestRefusal &&
  (error.httpStatus === 404 ||
    textOr(error.body, 'error_code') === 'RESOURCE_DOES_NOT_EXIST' ||
    /alias .* not found/i.test(textOr(error.body, 'message')))

export const isThereAlready = (error: unknown): boolean =>
  error instanceof RestRefusal && /_ALREADY_EXISTS$/.test(textOr(error.body, 'error_code'))

/** What is given, null if it is not there. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}
