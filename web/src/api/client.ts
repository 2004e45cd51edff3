// Calls to the server. Every failure is an ApiError with the code, message and fix the command line has too.
import type { Trouble } from './types';

export const apiRoot = '/api/v1';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly trouble: Trouble,
    readonly body?: unknown,
  ) {
    super(trouble.message);
  }
}

// Told of every 401, so that the login page comes wherever one is.
let signedOut: (error: ApiError) => void = () => {};
export function onSignedOut(listener: (error: ApiError) => void) {
  signedOut = listener;
}

export async function errorOf(response: Response): Promise<ApiError> {
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    body = undefined;
  }
  const trouble = (body as { error?: Trouble } | undefined)?.error;
  const error = new ApiError(
    response.status,
    trouble?.message
      ? trouble
      : { code: `http.${response.status}`, message: response.statusText || `HTTP ${response.status}` },
    body,
  );
  if (response.status === 401) signedOut(error);
  return error;
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { 'Accept-Language': document.documentElement.lang };
  if (method !== 'GET') headers['X-Tranship'] = '1';
  if (body !== undefined) {
    headers['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  }
  let response: Response;
  try {
    response = await fetch(apiRoot + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      credentials: 'same-origin',
      keepalive: method === 'DELETE', // also when the page is being left
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, { code: 'net.unreachable', message: String((cause as Error).message ?? cause) });
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

// What generated/operations.ts is made of.
export async function sendJson<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(method, path, body, signal);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export async function sendText(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<string> {
  return (await send(method, path, body, signal)).text();
}

export const at = encodeURIComponent;

export function queryOf(parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}

export function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiError) return error.trouble;
  return { message: error instanceof Error ? error.message : String(error) };
}
