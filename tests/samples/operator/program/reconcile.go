package main

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

const (
	group     = "samples.tranship.io"
	finalizer = group + "/release"
)

func fleetsPath(namespace string) string {
	return fmt.Sprintf("/apis/%s/v1/namespaces/%s/fleets", group, namespace)
}

func shipsPath(namespace string) string {
	return fmt.Sprintf("/apis/%s/v1/namespaces/%s/ships", group, namespace)
}

func reconcile(api *client, namespace string) error {
	fleets, err := api.get(fleetsPath(namespace))
	if err != nil {
		return err
	}
	ships, err := api.get(shipsPath(namespace))
	if err != nil {
		return err
	}
	var failed []error
	for _, fleet := range items(fleets) {
		if err := reconcileFleet(api, namespace, fleet, items(ships)); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func reconcileFleet(api *client, namespace string, fleet object, ships []object) error {
	name := text(fleet, "metadata", "name")
	path := fleetsPath(namespace) + "/" + name
	var held []string
	if all, ok := at(fleet, "metadata", "finalizers").([]any); ok {
		for _, one := range all {
			held = append(held, fmt.Sprint(one))
		}
	}
	if text(fleet, "metadata", "deletionTimestamp") != "" {
		if !slices.Contains(held, finalizer) {
			return nil
		}
		left := slices.DeleteFunc(held, func(f string) bool { return f == finalizer })
		_, err := api.merge(path, object{"metadata": object{"finalizers": left}})
		return err
	}
	if !slices.Contains(held, finalizer) {
		if _, err := api.merge(path, object{"metadata": object{"finalizers": append(held, finalizer)}}); err != nil {
			return err
		}
	}
	if err := keepShips(api, namespace, fleet, ships); err != nil {
		return err
	}
	return writeStatus(api, path, fleet)
}

func owner(fleet object) []object {
	return []object{{"apiVersion": group + "/v1", "kind": "Fleet", "name": text(fleet, "metadata", "name"),
		"uid": text(fleet, "metadata", "uid"), "controller": true, "blockOwnerDeletion": true}}
}

func ownedBy(one, fleet object) bool {
	owners, _ := at(one, "metadata", "ownerReferences").([]any)
	for _, o := range owners {
		if reference, ok := o.(object); ok && text(reference, "uid") == text(fleet, "metadata", "uid") {
			return true
		}
	}
	return false
}

func keepShips(api *client, namespace string, fleet object, ships []object) error {
	name, size := text(fleet, "metadata", "name"), number(fleet, "spec", "size")
	have := map[string]object{}
	for _, ship := range ships {
		if ownedBy(ship, fleet) {
			have[text(ship, "metadata", "name")] = ship
		}
	}
	for i := range size {
		shipName := fmt.Sprintf("%s-%d", name, i)
		ship := have[shipName]
		delete(have, shipName)
		if ship == nil {
			var err error
			ship, err = api.create(shipsPath(namespace), object{"apiVersion": group + "/v1", "kind": "Ship",
				"metadata": object{"name": shipName, "labels": object{"fleet": name}, "ownerReferences": owner(fleet)},
				"spec":     object{"number": i, "fleet": name}})
			if isStatus(err, http.StatusConflict) {
				return fmt.Errorf("ship %s belongs to another fleet", shipName)
			} else if err != nil {
				return err
			}
		}
		if at(ship, "status", "afloat") == nil {
			status := object{"afloat": true, "launched": time.Now().UTC().Format(time.RFC3339)}
			if _, err := api.merge(shipsPath(namespace)+"/"+shipName+"/status", object{"status": status}); err != nil {
				return err
			}
		}
	}
	for shipName := range have {
		if err := api.remove(shipsPath(namespace) + "/" + shipName); err != nil && !isStatus(err, http.StatusNotFound) {
			return err
		}
	}
	return keepLog(api, namespace, fleet)
}

// keepLog makes the Fleet's ConfigMap; it is written once, so that a restored one keeps what it held.
func keepLog(api *client, namespace string, fleet object) error {
	path := fmt.Sprintf("/api/v1/namespaces/%s/configmaps", namespace)
	name := text(fleet, "metadata", "name") + "-log"
	_, err := api.create(path, object{"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": object{"name": name, "ownerReferences": owner(fleet)},
		"data":     object{"founded": time.Now().UTC().Format(time.RFC3339Nano), "port": text(fleet, "spec", "port")}})
	if isStatus(err, http.StatusConflict) {
		return nil
	}
	return err
}

func writeStatus(api *client, path string, fleet object) error {
	size, generation := number(fleet, "spec", "size"), number(fleet, "metadata", "generation")
	if text(fleet, "status", "phase") == "AtSea" && number(fleet, "status", "ships") == size &&
		number(fleet, "status", "observedGeneration") == generation {
		return nil
	}
	_, err := api.merge(path+"/status", object{"status": object{"phase": "AtSea", "ships": size,
		"selector": "fleet=" + text(fleet, "metadata", "name"), "observedGeneration": generation}})
	return err
}
