package report

import "orgaudit/collect"

// addTraffic adds the calls of a part of the run, by service.
func (r *Report) addTraffic(traffic []collect.Traffic) {
	var services []collect.Traffic
	for _, t := range traffic {
		t.Operation = ""
		services = collect.AddTraffic(services, []collect.Traffic{t})
	}
	r.Services = collect.AddTraffic(r.Services, services)
	r.Evidence.Throttles += collect.Throttles(traffic)
}
