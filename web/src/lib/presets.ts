// Kinds of locations a person thinks in, and what each means for the fields of an S3 location.
import type { LocationSpec, NfsLocation } from '../api/types';

export type Preset = 'aws' | 'cos' | 'oss' | 'obs' | 's3' | 'nfs';
export const presets: Preset[] = ['aws', 'cos', 'oss', 'obs', 's3', 'nfs'];

interface PresetFacts {
  regions: string[];
  endpoint?: (region: string) => string; // absent: AWS, or typed
  pathStyle?: boolean;
}

export const presetFacts: Record<Preset, PresetFacts> = {
  aws: {
    regions: [
      'us-east-1',
      'us-east-2',
      'us-west-2',
      'eu-central-1',
      'eu-west-1',
      'ap-east-1',
      'ap-northeast-1',
      'ap-southeast-1',
    ],
  },
  cos: {
    regions: ['ap-guangzhou', 'ap-shanghai', 'ap-beijing', 'ap-chengdu', 'ap-nanjing', 'ap-hongkong', 'ap-singapore'],
    endpoint: (region) => `https://cos.${region}.myqcloud.com`,
    pathStyle: false,
  },
  oss: {
    regions: [
      'cn-hangzhou',
      'cn-shanghai',
      'cn-beijing',
      'cn-shenzhen',
      'cn-chengdu',
      'cn-hongkong',
      'ap-southeast-1',
    ],
    endpoint: (region) => `https://oss-${region}.aliyuncs.com`,
    pathStyle: false,
  },
  obs: {
    regions: ['cn-north-4', 'cn-east-3', 'cn-south-1', 'cn-southwest-2', 'ap-southeast-1', 'ap-southeast-3'],
    endpoint: (region) => `https://obs.${region}.myhuaweicloud.com`,
    pathStyle: false,
  },
  s3: { regions: [] },
  nfs: { regions: [] },
};

export interface LocationForm {
  preset: Preset;
  name: string;
  bucket: string;
  prefix: string;
  region: string;
  endpoint: string; // typed, for `s3`
  server: string;
  path: string;
  readOnly: boolean;
  shared: boolean;
  moverAccess?: LocationSpec['moverAccess']; // absent: as the namespace of a mover has it
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  passphrase: string;
  caBundle: string;
  insecure: boolean;
  pathStyle?: boolean; // what an existing location or a token said
  nfs?: Partial<NfsLocation>; // the same: ports, version and owner, which the form does not show
}

export const emptyLocation: LocationForm = {
  preset: 's3',
  name: '',
  bucket: '',
  prefix: '',
  region: '',
  endpoint: '',
  server: '',
  path: '',
  readOnly: false,
  shared: true,
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
  passphrase: '',
  caBundle: '',
  insecure: false,
};

const trimSlashes = (text: string) => text.trim().replace(/^\/+|\/+$/g, '');

export function endpointOf(form: LocationForm): string {
  const facts = presetFacts[form.preset];
  if (form.preset === 's3') return form.endpoint.trim();
  return facts.endpoint ? facts.endpoint(form.region) : '';
}

export function toLocationSpec(form: LocationForm): LocationSpec {
  const common = {
    access: form.readOnly ? ('ReadOnly' as const) : ('ReadWrite' as const),
    shared: form.shared,
    ...(form.moverAccess && { moverAccess: form.moverAccess }),
  };
  if (form.preset === 'nfs') {
    return { nfs: { ...form.nfs, server: form.server.trim(), path: form.path.trim() }, ...common };
  }
  const endpoint = endpointOf(form);
  const pathStyle = form.pathStyle ?? presetFacts[form.preset].pathStyle;
  return {
    s3: {
      bucket: form.bucket.trim(),
      ...(trimSlashes(form.prefix) && { prefix: trimSlashes(form.prefix) }),
      ...(form.region && { region: form.region }),
      ...(endpoint && { endpoint }),
      ...(pathStyle !== undefined && { pathStyle }),
      ...(form.caBundle.trim() && { caBundle: form.caBundle }),
      ...(form.insecure && { insecureSkipTLSVerify: true }),
    },
    ...common,
  };
}

export function presetOf(spec: LocationSpec): Preset {
  if (spec.nfs) return 'nfs';
  const endpoint = spec.s3?.endpoint ?? '';
  const region = spec.s3?.region ?? '';
  if (!endpoint) return 'aws';
  const found = presets.find((preset) => presetFacts[preset].endpoint?.(region) === endpoint.replace(/\/$/, ''));
  return found ?? 's3';
}

export function toLocationForm(spec: LocationSpec, name = ''): LocationForm {
  const { s3, nfs } = spec;
  return {
    ...emptyLocation,
    preset: presetOf(spec),
    name,
    bucket: s3?.bucket ?? '',
    prefix: s3?.prefix ?? '',
    region: s3?.region ?? '',
    endpoint: s3?.endpoint ?? '',
    server: nfs?.server ?? '',
    path: nfs?.path ?? '',
    readOnly: spec.access === 'ReadOnly',
    shared: spec.shared ?? false,
    moverAccess: spec.moverAccess,
    caBundle: s3?.caBundle ?? '',
    insecure: s3?.insecureSkipTLSVerify ?? false,
    pathStyle: s3?.pathStyle,
    nfs,
  };
}

// Half a pair of keys is a pair that is still being typed.
export const hasBothKeys = (form: LocationForm) => (form.accessKeyId !== '') === (form.secretAccessKey !== '');

// Whether there is enough for a test to make sense.
export function isTestable(form: LocationForm): boolean {
  if (form.preset === 'nfs') return form.server.trim() !== '' && form.path.trim().startsWith('/');
  if (form.bucket.trim().length < 3) return false;
  if (form.preset === 's3' ? !/^https?:\/\/[^/?#]+\/?$/.test(form.endpoint.trim()) : form.region === '') return false;
  return hasBothKeys(form);
}

// Whether two locations are the same place: what a token names is found again among those that are here.
export function samePlace(one: LocationSpec, other: LocationSpec): boolean {
  if (one.nfs || other.nfs) return one.nfs?.server === other.nfs?.server && one.nfs?.path === other.nfs?.path;
  const place = ({ s3 }: LocationSpec) =>
    [s3?.bucket, trimSlashes(s3?.prefix ?? ''), (s3?.endpoint ?? '').replace(/\/$/, '')].join('\n');
  return place(one) === place(other);
}
