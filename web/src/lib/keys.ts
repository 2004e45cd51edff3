// Access keys as consoles, secret managers and configuration files hand them out: one paste fills all fields.
import type { LocationForm } from './presets';
import { presetOf } from './presets';

export interface PastedKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  endpoint?: string;
  region?: string;
  bucket?: string; // with a folder after it: bucket/folder
  prefix?: string;
}

// Names are compared without case and punctuation.
const names: Record<string, keyof PastedKeys> = {
  awsaccesskeyid: 'accessKeyId',
  accesskeyid: 'accessKeyId',
  accesskey: 'accessKeyId',
  secretid: 'accessKeyId',
  tencentcloudsecretid: 'accessKeyId',
  awssecretaccesskey: 'secretAccessKey',
  secretaccesskey: 'secretAccessKey',
  accesskeysecret: 'secretAccessKey',
  secretkey: 'secretAccessKey',
  tencentcloudsecretkey: 'secretAccessKey',
  awssessiontoken: 'sessionToken',
  sessiontoken: 'sessionToken',
  awsendpointurl: 'endpoint',
  awsendpointurls3: 'endpoint',
  s3endpoint: 'endpoint',
  endpointurl: 'endpoint',
  endpoint: 'endpoint',
  awsregion: 'region',
  awsdefaultregion: 'region',
  region: 'region',
  s3bucket: 'bucket',
  awsbucket: 'bucket',
  bucketname: 'bucket',
  bucket: 'bucket',
  s3prefix: 'prefix',
  prefix: 'prefix',
};

const plain = (text: string) => text.trim().replace(/^(["'])(.*)\1$/, '$2');

// Names and values, of lines (`export NAME=value`, `name: value`), of JSON, or of two lines of CSV.
function pairsOf(text: string): [string, string][] {
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    const inner = Object.values(json).find((value) => typeof value === 'object' && value !== null);
    return Object.entries({ ...json, ...(inner as object | undefined) }).map(([name, value]) => [name, String(value)]);
  } catch {
    // Not JSON.
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [head = '', row = ''] = lines;
  if (lines.length === 2 && head.includes(',') && !/[=:]/.test(head)) {
    const values = row.split(',');
    return head.split(',').map((name, index) => [name, values[index] ?? '']);
  }
  return lines.flatMap((line): [string, string][] => {
    const match = /^\s*(?:export\s+|set\s+)?["']?([\w. -]+?)["']?\s*[=:]\s*(.+?),?\s*$/.exec(line);
    return match ? [[match[1] ?? '', match[2] ?? '']] : [];
  });
}

// Undefined where it is not both keys: then it is an ordinary paste.
export function parseKeys(text: string): PastedKeys | undefined {
  const found: Partial<PastedKeys> = {};
  for (const [name, value] of pairsOf(text)) {
    const field = names[name.toLowerCase().replace(/[^a-z0-9]/g, '')];
    if (field && plain(value)) found[field] = plain(value);
  }
  const { accessKeyId, secretAccessKey } = found;
  return accessKeyId && secretAccessKey ? { ...found, accessKeyId, secretAccessKey } : undefined;
}

export function keysOnly({ accessKeyId, secretAccessKey, sessionToken = '' }: PastedKeys): Partial<LocationForm> {
  return { accessKeyId, secretAccessKey, sessionToken };
}

export function keysAndPlace(found: PastedKeys): Partial<LocationForm> {
  const { endpoint, region, bucket, prefix } = found;
  const [name, ...folder] = (bucket ?? '').replace(/^s3:\/\//, '').split('/');
  return {
    ...keysOnly(found),
    ...(endpoint && { endpoint, preset: presetOf({ s3: { bucket: '', endpoint, ...(region && { region }) } }) }),
    ...(region && { region }),
    ...(name && { bucket: name, prefix: prefix ?? folder.join('/') }),
  };
}
