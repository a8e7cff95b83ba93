package awsfake_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"orgaudit/internal/awsfake"
)

func TestManyClientsAtOnce(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	const clients = 8
	var wg sync.WaitGroup
	failed := make(chan error, clients)
	for i := range clients {
		config := f.in(t, []string{shop, security}[i%2], []string{"AuditRole", "Admin"}[i%2])
		wg.Go(func() {
			client := iam.NewFromConfig(config)
			for range 3 {
				if _, err := client.GenerateCredentialReport(t.Context(), nil); err != nil {
					failed <- err
					return
				}
			}
			for p := iam.NewGetAccountAuthorizationDetailsPaginator(client, nil); p.HasMorePages(); {
				if _, err := p.NextPage(t.Context()); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	reports := 0
	for _, c := range f.Calls() {
		if c.Operation == "GenerateCredentialReport" {
			reports++
		}
	}
	if reports != 3*clients {
		t.Errorf("got %d calls of GenerateCredentialReport, want %d", reports, 3*clients)
	}
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLocal(t, newWorld(), awsfake.Options{Latency: time.Second})
		config := l.admin()
		config.HTTPClient = l
		begin := time.Now() // of the bubble's clock
		if _, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took != time.Second {
			t.Errorf("the call took %s, want 1s", took)
		}
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, errors.New("the client went"))
		defer cancel()
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://aws.example/", http.NoBody)
		l.ServeHTTP(httptest.NewRecorder(), r)
		if n := len(l.Calls()); n != 1 {
			t.Errorf("got %d answered calls, want 1: the client of the second had gone", n)
		}
	})
}

func TestOtherPartition(t *testing.T) {
	w := loadTestdata(t)
	w.Partition = "aws-us-gov"
	w.Accounts[1].Users[0].Attached = []string{"arn:aws-us-gov:iam::aws:policy/AdministratorAccess"}
	f := start(t, w, awsfake.Options{})
	config := f.admin()
	config.Region = f.ManagementCredentials().Region
	out, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), nil)
	if err != nil || config.Region != "us-gov-west-1" || *out.Arn != "arn:aws-us-gov:iam::111122223333:user/auditor" {
		t.Errorf("got %v, %v in %s", out, err, config.Region)
	}
}
