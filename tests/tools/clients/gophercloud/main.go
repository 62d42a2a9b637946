// Command gophercloud uses the cloud that OS_CLOUD names in clouds.yaml: it lists what there is, creates a server,
// waits for it, and deletes it.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/gophercloud/gophercloud"
	"github.com/gophercloud/gophercloud/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/images"
	"github.com/gophercloud/gophercloud/openstack/networking/v2/networks"
	"github.com/gophercloud/utils/openstack/clientconfig"
)

const seconds = 60

// check ends the program where there is an error, and tells in which line.
func check(err error) {
	if err != nil {
		log.Output(2, err.Error())
		os.Exit(1)
	}
}

// must is check for a function that also returns a value.
func must[T any](value T, err error) T {
	if err != nil {
		log.Output(2, err.Error())
		os.Exit(1)
	}
	return value
}

func main() {
	log.SetFlags(log.Lshortfile)
	compute := must(clientconfig.NewServiceClient("compute", nil))
	image := must(clientconfig.NewServiceClient("image", nil))
	network := must(clientconfig.NewServiceClient("network", nil))

	flavorIDs, imageIDs, networkIDs := map[string]string{}, map[string]string{}, map[string]string{}
	for _, flavor := range must(flavors.ExtractFlavors(must(flavors.ListDetail(compute, nil).AllPages()))) {
		flavorIDs[flavor.Name] = flavor.ID
	}
	for _, image := range must(images.ExtractImages(must(images.List(image, nil).AllPages()))) {
		imageIDs[image.Name] = image.ID
	}
	for _, network := range must(networks.ExtractNetworks(must(networks.List(network, nil).AllPages()))) {
		networkIDs[network.Name] = network.ID
	}
	fmt.Printf("%d flavors, %d images, %d networks\n", len(flavorIDs), len(imageIDs), len(networkIDs))

	server := must(servers.Create(compute, servers.CreateOpts{
		Name:      "gophercloud",
		FlavorRef: flavorIDs["1C-1GB-20GB"],
		ImageRef:  imageIDs["cirros-0.6.3-x86_64"],
		Networks:  []servers.Network{{UUID: networkIDs["test-net"]}},
	}).Extract())
	check(servers.WaitForStatus(compute, server.ID, "ACTIVE", seconds))
	server = must(servers.Get(compute, server.ID).Extract())
	fmt.Printf("server %s is %s at %v\n", server.Name, server.Status, server.Addresses["test-net"])

	check(servers.Delete(compute, server.ID).ExtractErr())
	check(gophercloud.WaitFor(seconds, func() (bool, error) {
		_, err := servers.Get(compute, server.ID).Extract()
		if _, gone := err.(gophercloud.ErrDefault404); gone {
			return true, nil
		}
		return false, err
	}))
	fmt.Println("server deleted")
}
