package collect

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// HideSecrets makes clients take what opens accounts out of AWS's errors before anybody logs
// them or writes them down. A service that refuses a signature may repeat the request as it
// should have been signed, with its session token, and STS repeats an external ID that it does
// not take. It is an option of clients and does nothing the second time.
func HideSecrets(stack *middleware.Stack) error {
	if _, there := stack.Deserialize.Get(hideSecretsID); there {
		return nil
	}
	if err := stack.Initialize.Add(noteExternalID(), middleware.Before); err != nil {
		return fmt.Errorf("hide external IDs: %w", err)
	}
	// Before all others of its step: what comes back to it is the error as AWS wrote it.
	if err := stack.Deserialize.Add(hideSecrets(), middleware.Before); err != nil {
		return fmt.Errorf("hide session tokens: %w", err)
	}
	return nil
}

const hideSecretsID = "OrgauditHideSecrets"

type externalIDKey struct{}

func noteExternalID() middleware.InitializeMiddleware {
	return middleware.InitializeMiddlewareFunc(hideSecretsID+"Note",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			if role, ok := in.Parameters.(*sts.AssumeRoleInput); ok && role.ExternalId != nil {
				ctx = middleware.WithStackValue(ctx, externalIDKey{}, *role.ExternalId)
			}
			return next.HandleInitialize(ctx, in)
		})
}

func hideSecrets() middleware.DeserializeMiddleware {
	return middleware.DeserializeMiddlewareFunc(hideSecretsID,
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			var answer *smithy.GenericAPIError // errors that the service's model does not know, as these
			if errors.As(err, &answer) {
				if request, ok := in.Request.(*smithyhttp.Request); ok {
					answer.Message = hidden(answer.Message, request.Header.Get("X-Amz-Security-Token"), "(session token)")
				}
				id, _ := middleware.GetStackValue(ctx, externalIDKey{}).(string)
				answer.Message = hidden(answer.Message, id, "(external ID)")
			}
			return out, metadata, err
		})
}

func hidden(text, secret, word string) string {
	if secret == "" {
		return text
	}
	return strings.ReplaceAll(text, secret, word)
}
