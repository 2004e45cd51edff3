// A plan is a Restore that only plans: made when the choices change, followed over the events, removed afterwards.
import { useEffect, useState } from 'react';
import { ApiError, troubleOf } from '../../api/client';
import { useItem } from '../../api/hooks';
import { createObject, removeObject } from '../../api/objects';
import type { Action, RestoreSpec, Trouble } from '../../api/types';
import { isOver } from '../../lib/actions';

const quietMilliseconds = 500;

export interface PlanState {
  planning: boolean;
  action?: Action; // the plan's own Restore, when it is over
  trouble?: Trouble;
}

function forget(namespace: string, name: string) {
  removeObject('Restore', namespace, name).catch(() => {
    // It is gone already, or the server removes it later: a plan that stays does no harm.
  });
}

// spec: what is to be planned; undefined: not yet enough is chosen.
export function usePlan(namespace: string, application: string, spec: RestoreSpec | undefined): PlanState {
  const body = spec ? JSON.stringify(spec) : '';
  const [made, setMade] = useState<{ body: string; name?: string; trouble?: Trouble }>({ body: '' });
  const [last, setLast] = useState<Action>();
  useEffect(() => {
    if (!body) return undefined;
    let name: string | undefined;
    let left = false;
    const leave = () => {
      left = true;
      if (name) forget(namespace, name);
      name = undefined;
    };
    const timer = setTimeout(() => {
      const wished = `plan-${application.slice(0, 40)}-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;
      createObject('Restore', namespace, wished, { ...(JSON.parse(body) as RestoreSpec), planOnly: true }).then(
        () => {
          name = wished;
          if (left) leave();
          else setMade({ body, name: wished });
        },
        (error: unknown) => {
          if (left || (error instanceof ApiError && error.status === 401)) return;
          setMade({ body, trouble: troubleOf(error) });
        },
      );
    }, quietMilliseconds);
    window.addEventListener('pagehide', leave);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [body, namespace, application]);

  const current = made.body === body ? made : undefined;
  const action = useItem('Restore', namespace, current?.name ?? '');
  const done = action && isOver(action) ? action : undefined;
  // The former plan stays in view until the next one is there.
  if (done && done !== last) setLast(done);
  return {
    planning: body !== '' && !done && !current?.trouble,
    action: current?.trouble ? undefined : (done ?? last),
    trouble: current?.trouble,
  };
}
