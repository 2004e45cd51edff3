// Access keys as people have them: lines of a shell or of a credentials file, or the JSON that consoles hand out.
import type { LocationForm } from './presets';

type Pasted = Pick<LocationForm, 'accessKeyId' | 'secretAccessKey' | 'endpoint' | 'region' | 'bucket' | 'prefix'>;

// Names without case, dashes and underscores.
const names: Record<string, keyof Pasted> = {
  awsaccesskeyid: 'accessKeyId',
  accesskeyid: 'accessKeyId',
  accesskey: 'accessKeyId',
  secretid: 'accessKeyId',
  tencentcloudsecretid: 'accessKeyId',
  awssecretaccesskey: 'secretAccessKey',
  secretaccesskey: 'secretAccessKey',
  secretkey: 'secretAccessKey',
  accesskeysecret: 'secretAccessKey',
  tencentcloudsecretkey: 'secretAccessKey',
  awsendpointurl: 'endpoint',
  awsendpointurls3: 'endpoint',
  endpointurl: 'endpoint',
  endpoint: 'endpoint',
  awsregion: 'region',
  awsdefaultregion: 'region',
  region: 'region',
  bucket: 'bucket',
  s3bucket: 'bucket',
  bucketname: 'bucket',
  prefix: 'prefix',
  s3prefix: 'prefix',
};

function pairs(text: string): [string, string][] {
  try {
    const value: unknown = JSON.parse(text);
    if (value && typeof value === 'object') {
      return Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
    }
  } catch {
    // Lines, then.
  }
  return text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const found = /^\s*(?:export\s+|set\s+)?([A-Za-z0-9_-]+)\s*[=:]\s*(.*?)\s*$/.exec(line);
    return found?.[1] ? [[found[1], (found[2] ?? '').replace(/^(["'])(.*)\1$/, '$2')]] : [];
  });
}

// Nothing when the text is not such: a single value is pasted as it is.
export function pastedKeys(text: string): Partial<LocationForm> | undefined {
  const found: Partial<Pasted> = {};
  for (const [name, value] of pairs(text)) {
    const field = names[name.toLowerCase().replace(/[_-]/g, '')];
    if (field && value) found[field] = value;
  }
  if (!found.accessKeyId || !found.secretAccessKey) return undefined;
  const bucket = found.bucket?.replace(/^s3:\/\//, '');
  const slash = bucket?.indexOf('/') ?? -1;
  return {
    ...found,
    ...(bucket && slash > 0 && { bucket: bucket.slice(0, slash), prefix: bucket.slice(slash + 1) }),
    ...(bucket && slash <= 0 && { bucket }),
    ...(found.endpoint && { preset: 's3' as const }),
  };
}
