import { Center, Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Route, Routes } from 'react-router';

const Overview = lazy(() => import('../pages/overview/Overview'));
const Applications = lazy(() => import('../pages/applications/Applications'));
const ApplicationPage = lazy(() => import('../pages/applications/ApplicationPage'));
const Locations = lazy(() => import('../pages/locations/Locations'));
const LocationEditor = lazy(() => import('../pages/locations/LocationEditor'));
const Policies = lazy(() => import('../pages/policies/Policies'));
const ExportPolicyForm = lazy(() => import('../pages/policies/ExportPolicyForm'));
const ImportPolicyForm = lazy(() => import('../pages/policies/ImportPolicyForm'));
const PolicyEditor = lazy(() => import('../pages/policies/PolicyEditor'));
const Transforms = lazy(() => import('../pages/transforms/Transforms'));
const TransformEditor = lazy(() => import('../pages/transforms/TransformEditor'));
const Actions = lazy(() => import('../pages/actions/Actions'));
const ActionPage = lazy(() => import('../pages/actions/ActionPage'));
const RestorePage = lazy(() => import('../pages/restore/RestorePage'));
const RestorePointPage = lazy(() => import('../pages/restorepoint/RestorePointPage'));
const SettingsPage = lazy(() => import('../pages/settings/Settings'));
const NotFound = lazy(() => import('../pages/NotFound'));

export function Pages() {
  return (
    <Suspense
      fallback={
        <Center py="xl">
          <Loader aria-hidden />
        </Center>
      }
    >
      <Routes>
        <Route path="/" element={<Overview />} />
        <Route path="/applications" element={<Applications />} />
        <Route path="/applications/:name" element={<ApplicationPage />} />
        <Route path="/applications/:application/restore" element={<RestorePage />} />
        <Route path="/restorepoints/:namespace/:name" element={<RestorePointPage />} />
        <Route path="/locations" element={<Locations />} />
        <Route path="/locations/new" element={<LocationEditor />} />
        <Route path="/locations/:namespace/:name" element={<LocationEditor />} />
        <Route path="/policies" element={<Policies />} />
        <Route path="/policies/new/export" element={<ExportPolicyForm />} />
        <Route path="/policies/new/import" element={<ImportPolicyForm />} />
        <Route path="/policies/:namespace/:name" element={<PolicyEditor />} />
        <Route path="/transforms" element={<Transforms />} />
        <Route path="/transforms/new" element={<TransformEditor />} />
        <Route path="/transforms/:namespace/:name" element={<TransformEditor />} />
        <Route path="/actions" element={<Actions />} />
        <Route path="/actions/:kind/:namespace/:name" element={<ActionPage />} />
        <Route path="/settings" element={<SettingsPage />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </Suspense>
  );
}
