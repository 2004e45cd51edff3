// What is chosen for a restore, and the specification that comes of it.
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useFetch, useItems } from '../../api/hooks';
import { getCluster } from '../../api/generated/operations';
import type { RestoreSpec, Existing, RestorePoint } from '../../api/types';
import { useHomeNamespace, useSession } from '../../app/session';
import { newestFirst } from '../../lib/applications';
import { isName } from '../../lib/names';

export interface RestoreChoices {
  target: string;
  existing: Existing;
  classes: Record<string, string>; // source to target
  carry: string[]; // kinds
  keepNodePorts: boolean;
  transforms: string[]; // TransformSets, in this order
}

export const pointKey = ({ metadata }: RestorePoint) => `${metadata.namespace}/${metadata.name}`;

export function useRestoreForm(application: string) {
  const home = useHomeNamespace();
  const { systemNamespace } = useSession().session;
  const elsewhere = home === systemNamespace;
  const [query] = useSearchParams();
  const [picked, setPicked] = useState<string>();
  const [choices, setChoices] = useState<RestoreChoices>({
    target: elsewhere ? application : home,
    existing: 'Keep',
    classes: {},
    carry: [],
    keepNodePorts: false,
    transforms: [],
  });
  const { data: cluster } = useFetch('cluster', getCluster);
  const all = useItems('RestorePoint');
  const points = useMemo(
    () => newestFirst(all.filter(({ spec }) => spec.application === application)),
    [all, application],
  );
  const asked = query.get('point');
  const point =
    points.find((each) => pointKey(each) === picked) ??
    points.find(({ metadata }) => metadata.name === asked) ??
    points[0];

  const { target, existing, classes, carry, keepNodePorts, transforms } = choices;
  const spec: RestoreSpec | undefined =
    point && isName(target)
      ? {
          restorePoint: {
            name: point.metadata.name,
            ...(point.metadata.namespace !== home && { namespace: point.metadata.namespace }),
          },
          ...(target !== home && { targetNamespace: target }),
          existing,
          ...(Object.keys(classes).length > 0 && { storageClasses: classes }),
          ...(carry.length > 0 && { carry }),
          ...(keepNodePorts && { keepNodePorts }),
          ...(transforms.length > 0 && { transforms: transforms.map((name) => ({ name })) }),
        }
      : undefined;

  return {
    home,
    elsewhere,
    cluster,
    points,
    point,
    pick: setPicked,
    choices,
    change: (change: Partial<RestoreChoices>) => setChoices((previous) => ({ ...previous, ...change })),
    spec,
  };
}
