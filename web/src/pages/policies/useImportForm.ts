// The state of the import form: the token, the location it points to, when, and what happens after.
import { useState } from 'react';
import { setUpImport, setUpLocation } from '../../api/generated/operations';
import { useItems, useSubmit } from '../../api/hooks';
import { runPolicy } from '../../api/objects';
import { useHomeNamespace, useSession } from '../../app/session';
import { isReady, usableLocations } from '../../lib/locations';
import { freeName, isName } from '../../lib/names';
import { samePlace, toLocationForm, toLocationSpec, type LocationForm } from '../../lib/presets';
import { defaultSchedule, isCron, toSchedule } from '../../lib/schedule';
import { testRequest } from '../locations/useLocationTest';
import { newLocation } from './ImportLocation';
import { isRestoreComplete, noRestore, toPolicyRestore, type RestoreForm } from './RestoreAfter';
import { useInspection } from './useInspection';

export function useImportForm() {
  const home = useHomeNamespace();
  const { systemNamespace } = useSession().session;
  const [token, setToken] = useState('');
  const [picked, setPicked] = useState<string>();
  const [typedPlace, setTypedPlace] = useState<Partial<LocationForm>>({});
  const [schedule, setSchedule] = useState(defaultSchedule);
  const [typedName, setTypedName] = useState('');
  const [restore, setRestore] = useState<RestoreForm>(noRestore);
  const [place, setPlace] = useState<{ token: string; form: LocationForm }>();
  const { busy, trouble, run } = useSubmit();

  const allLocations = useItems('Location');
  const locations = usableLocations(allLocations, home, systemNamespace);
  const takenLocations = allLocations
    .filter(({ metadata }) => metadata.namespace === home)
    .map(({ metadata }) => metadata.name);
  const takenPolicies = useItems('Policy')
    .filter(({ metadata }) => metadata.namespace === home)
    .map(({ metadata }) => metadata.name);

  // The first answer tells the place; the location that is the same one is chosen, and then asked for.
  const known = place?.token === token ? place.form : undefined;
  const matching = known && locations.filter(({ spec }) => samePlace(spec, toLocationSpec(known)));
  const match = matching?.find(isReady) ?? matching?.[0];
  const chosen = picked ?? match?.metadata.name ?? newLocation;
  const form: LocationForm | undefined = known && { ...known, ...typedPlace };
  const opening = form && (chosen === newLocation ? testRequest(form, undefined) : undefined);
  const inspection = useInspection(
    {
      token,
      ...(known && chosen !== newLocation && { location: chosen }),
      ...(opening?.credentials && { spec: opening.spec, credentials: opening.credentials }),
      ...(form?.preset === 'nfs' && chosen === newLocation && { spec: opening?.spec }),
    },
    home,
  );
  const found = inspection.found;
  if (found && token && place?.token !== token) {
    setPlace({ token, form: { ...toLocationForm(found.location), readOnly: true, shared: home === systemNamespace } });
  }

  const name = typedName || freeName(found?.application ?? 'import', takenPolicies);
  const complete =
    found !== undefined &&
    isName(name) &&
    isRestoreComplete(restore) &&
    (schedule.how !== 'cron' || isCron(schedule.cron)) &&
    (chosen !== newLocation || form?.preset === 'nfs' || (!!form?.accessKeyId && !!form.secretAccessKey));

  const create = (runNow: boolean) =>
    run(async () => {
      let location = chosen;
      if (location === newLocation && form) {
        location = freeName(form.bucket || form.server.split('.')[0] || 'location', takenLocations);
        await setUpLocation(home, { ...testRequest(form, undefined), name: location });
        // Should the policy be refused, the location is there already.
        setPicked(location);
      }
      const when = toSchedule(schedule);
      const wanted = toPolicyRestore(restore);
      const policy = await setUpImport(home, {
        name,
        token,
        location,
        ...(when && { schedule: when }),
        ...(wanted && { restore: wanted }),
      });
      if (runNow) await runPolicy(policy);
    });

  return {
    home,
    token,
    setToken: (text: string) => {
      setToken(text);
      setPicked(undefined);
      setTypedPlace({});
    },
    inspection,
    locations,
    chosen,
    setChosen: setPicked,
    form,
    changePlace: (change: Partial<LocationForm>) => setTypedPlace((previous) => ({ ...previous, ...change })),
    schedule,
    changeSchedule: (change: Partial<typeof schedule>) => setSchedule((previous) => ({ ...previous, ...change })),
    restore,
    changeRestore: (change: Partial<RestoreForm>) => setRestore((previous) => ({ ...previous, ...change })),
    elsewhere: home === systemNamespace,
    name,
    typedName,
    setTypedName,
    complete,
    busy,
    trouble,
    create,
  };
}
